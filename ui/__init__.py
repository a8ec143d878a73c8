"""What the pages share: controls, the session, cached calls, the chart and its figures."""
