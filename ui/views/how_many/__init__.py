"""The page How many clusters?."""
