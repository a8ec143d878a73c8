"""Export: labelled rows, the model as a file that can be loaded again, and scripts that repeat the fit."""
