"""All that Numba compiles. Its modules compile when they are imported, so they are imported where they are needed."""
