"""Lessons: their files, where the visitor stands, and the strip above a page."""
