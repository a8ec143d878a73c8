"""The app as a server: which requests are answered, and how visitors' files are read."""
