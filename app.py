"""The navigation table: which pages there are, where they stand and at which address."""

import streamlit as st

from ui.controls import sidebar

st.set_page_config(page_title="GMM Explorer", layout="wide")

page = st.navigation(
    {
        "Explore": [
            st.Page(
                "pages/explore/clusters.py",
                title="Clusters",
                icon=":material/scatter_plot:",
                url_path="clusters",
                default=True,
            ),
            st.Page("pages/explore/data.py", title="Data", icon=":material/table:", url_path="data"),
        ]
    },
    position="top",
)
sidebar()
page.run()
