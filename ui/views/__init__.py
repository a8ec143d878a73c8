"""One folder for each page: what it shows, and what it computes for that alone."""
