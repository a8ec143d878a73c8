"""The page Starting points."""
