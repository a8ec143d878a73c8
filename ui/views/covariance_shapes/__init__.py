"""The page Covariance shapes."""
