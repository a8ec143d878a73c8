"""The report: one HTML file that holds a fit with its figures and works without a network; knows no Streamlit."""
