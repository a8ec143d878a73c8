"""Charts: how a figure is shown in the browser."""
