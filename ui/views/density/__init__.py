"""The page Density and anomalies."""
