"""Is a mixture the right tool here? What is checked of a fit, a row each."""
