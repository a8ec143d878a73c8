"""Figures of data and of a fitted mixture."""
