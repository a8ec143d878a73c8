"""Files of the visitor's own: chosen, read in view, and read otherwise where told so."""
