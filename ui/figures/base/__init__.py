"""What figures are made of: axes, colours, points, words."""
