"""The axes of a picture of data with any number of features."""
