"""Visitors' files are read in a separate process, whose memory, time and rights the system limits."""
