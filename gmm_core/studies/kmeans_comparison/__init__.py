"""Comparison of K-means and a mixture on the same rows: both results, how they differ, and which of the two to use."""
