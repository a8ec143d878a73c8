"""K-means against a mixture on the same rows: both answers, what tells them apart, and which of the two to use."""
