"""The page EM step by step."""
