"""Figures of how a clustering divides the plane."""
