"""Checks of a fit that ask whether a mixture is the right tool for the data: one table row for each check."""
