"""The report: one HTML file with a fit and its figures, which works without a network; it does not use Streamlit."""
