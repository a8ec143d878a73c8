"""Claims that lessons make about fits, in a form that tests can check."""
