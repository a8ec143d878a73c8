"""Figures of several optima."""
