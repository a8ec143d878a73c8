"""The navigation table: the pages with their groups and addresses."""

from pathlib import Path

import streamlit as st

from ui.lessons.progress import follow_link
from ui.lessons.strip import lesson_strip
from ui.links.followed_link import read_link, warnings_about_link
from ui.shell.appearance import apply_appearance
from ui.shell.presenter_mode import enlarge_text, is_presenting
from ui.shell.sidebar import sidebar

SIDEBAR_WIDTH = 320  # pixels, in which the four covariance types stand in one row

# No icons: Streamlit makes a page's icon the browser tab's too, and fetches that from another host.
page = st.navigation(
    pages := {
        "Explore": [
            st.Page("pages/explore/clusters.py", title="Clusters", default=True),
            st.Page("pages/explore/data.py", title="Data", url_path="data"),
            st.Page("pages/explore/density.py", title="Density and anomalies", url_path="density"),
        ],
        "Learn": [
            st.Page("pages/learn/lessons.py", title="Lessons", url_path="lessons"),
            st.Page("pages/learn/kmeans_or_gmm.py", title="K-means or GMM", url_path="kmeans-or-gmm"),
            st.Page(
                "pages/learn/covariance_shapes.py", title="Covariance shapes", url_path="covariance-shapes"
            ),
            st.Page("pages/learn/em_steps.py", title="EM step by step", url_path="em-steps"),
            st.Page("pages/learn/starting_points.py", title="Starting points", url_path="starting-points"),
        ],
        "Decide": [
            st.Page("pages/decide/how_many.py", title="How many clusters?", url_path="how-many"),
        ],
        "Take away": [
            st.Page("pages/take_away/export.py", title="Take away", url_path="export"),
        ],
    },
    position="top",
)
st.set_page_config(
    page_title=f"{page.title} · GMM Explorer",
    page_icon=Path(__file__).parent / "static/favicon.svg",
    layout="wide",
    initial_sidebar_state="collapsed" if is_presenting() else SIDEBAR_WIDTH,
)
read_link(page)
follow_link(page, [each for section in pages.values() for each in section])
apply_appearance(page.title)
sidebar()
enlarge_text()
with warnings_about_link():
    lesson_strip()
    page.run()
