"""The app as a server: who is answered, and how files of visitors are read."""
