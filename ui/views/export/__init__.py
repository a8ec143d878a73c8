"""The page Take away."""
