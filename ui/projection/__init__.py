"""Which axes a picture of data with any number of features has."""
