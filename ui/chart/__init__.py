"""How a figure reaches the browser."""
