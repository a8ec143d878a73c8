"""What a fitted density says: how likely places are, the smallest regions that hold most, and what lies outside."""
