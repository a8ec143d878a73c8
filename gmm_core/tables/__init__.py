"""Data for a mixture: where it comes from (generators, samples, CSV files) and how it becomes a matrix.

A `Dataset` is a table with its origin and a digest. `prepare` turns chosen columns of it into the matrix
that is fitted. `as_matrix` is the one gate for arrays that come from elsewhere.
"""
