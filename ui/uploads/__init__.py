"""Uploaded files: their controls, how they are read, and the options that change this."""
