"""Figures of the regions into which a clustering divides the plane."""
