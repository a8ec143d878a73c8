"""Links that open the app as it is seen now."""
