"""Uses of a fitted density: log-densities of rows, highest-density regions, anomalies, and missing coordinates."""
