"""Figures of a fitted density."""
