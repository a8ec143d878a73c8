"""Claims: what a text says about a fit, in a form that can be run."""
