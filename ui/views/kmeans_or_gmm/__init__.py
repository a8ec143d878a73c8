"""The page K-means or GMM."""
