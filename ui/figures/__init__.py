"""Figures as pure functions: values in, a `Drawing` out."""
