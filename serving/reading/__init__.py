"""Files of visitors are read in a process of their own, which the system holds to its bounds."""
