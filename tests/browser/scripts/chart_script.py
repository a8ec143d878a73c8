"""A small app around the chart component: each of its promises can be seen here by driving a browser."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from ui.chart.chart import ChartEvent, chart
from ui.shell.text import markdown, plain

HOSTILE = (
    "<img src=x onerror=alert(1)> <a href=http://example.com/a>a</a> $x$ ![](http://example.com/x.png) "
    ":material/home: :material_home: :red[x] :streamlit: :smile: www.example.com me@example.com %{x} &lt; "
    "a -> b -- c >= d `code` **bold** # 1. | ~~gone~~ [^1]"
)


def plane(components: int, name: str = "first", points: int = 200, seed: int = 0) -> go.Figure:
    random = np.random.default_rng(seed)
    sample = random.normal(size=(points, 2)).astype(np.float32)
    angle = np.linspace(0, 2 * np.pi, 100)
    scatter = go.Scatter(
        x=sample[:, 0],
        y=sample[:, 1],
        mode="markers",
        customdata=np.arange(points),
        name=name,
        marker={"color": random.integers(0, 3, points).astype(np.int8), "colorscale": "Viridis"},
        hovertemplate=f"{name}: %{{x:.2f}}<extra></extra>",
    )
    ellipses = [
        go.Scatter(
            x=np.cos(angle) * (k + 1) / 2,
            y=np.sin(angle) * (k + 1) / 2,
            mode="lines",
            name=f"Component {k + 1}",
            line={"color": "var(--st-text-color)"},
        )
        for k in range(components)
    ]
    layout = {"xaxis": {"title": {"text": name}}, "yaxis": {"title": {"text": "second"}}}
    return go.Figure([scatter, *ellipses], layout)


def report(event: ChartEvent) -> None:
    clicked = "nothing" if event.clicked is None else "{:.3f} {:.3f}".format(*event.clicked)
    st.text(f"clicked {clicked}, picked {list(event.picked)}")


def plane_page() -> None:
    components = st.slider("Components", 1, 10, 3)
    height = st.slider("Height", 300, 600, 480, 20)
    points = int(st.query_params.get("points", "200"))
    if st.checkbox("Something above"):
        st.info("A line above the chart")
    key = st.radio("Key", ["one", "two"])
    axes = st.radio("Axes", ["these", "others"])
    figure = plane(components, points=points).update_layout(uirevision=axes)
    table = pd.DataFrame({"first": np.arange(1200) / 8, "group": ["a", "b", None] * 400})
    if st.checkbox("Shown", value=True):
        alt = f"{components} ellipses"
        shared = {"height": height, "table": table, "name": "clusters"}
        report(chart(figure, key=key, alt=alt, clickable=True, selectable=True, **shared))
        chart(plane(1, points=10), key="quiet", alt="Ten points", height=300)


def space_page() -> None:
    sample = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)
    size = st.slider("Size", 10, 30, 20)
    scatter = go.Scatter3d(
        x=sample[:, 0],
        y=sample[:, 1],
        z=sample[:, 2],
        mode="markers",
        customdata=np.arange(40),
        marker={"size": size},
    )
    scene = {"camera": {"eye": {"x": 1.5, "y": 1.5, "z": 1.0}}}
    figure = go.Figure(scatter, {"scene": scene, "uirevision": "space"})
    report(chart(figure, key="space", alt="A cloud", clickable=True, selectable=True))


def grid_page() -> None:
    z = np.arange(12.0).reshape(3, 4)
    staircase = go.Heatmap(z=z, colorscale="Viridis", customdata=np.arange(12).reshape(3, 4))
    report(chart(go.Figure(staircase), key="grid", alt="A staircase", clickable=True, selectable=True))


def hostile_page() -> None:
    st.markdown(markdown(HOSTILE, 400))
    st.slider(markdown(HOSTILE, 400), 0, 1, key="hostile label")
    figure = plane(1, plain(HOSTILE, 400), points=1)
    figure.update_traces(x=[0], y=[0], selector={"mode": "markers"})
    figure.update_layout(title_text=plain(HOSTILE, 400))
    chart(figure, key="hostile", alt=HOSTILE, table=pd.DataFrame({HOSTILE: [HOSTILE]}))


def tabs_page() -> None:
    first, second = st.tabs(["First", "Second"])
    first.text("Nothing here")
    with second:
        chart(plane(3), key="tabbed", alt="In the second tab")


def builtin_page() -> None:
    """Streamlit's own chart, to compare with."""
    components = st.slider("Components", 1, 10, 3)
    st.plotly_chart(plane(components, points=int(st.query_params.get("points", "200"))), key="builtin")


pages = [plane_page, space_page, grid_page, hostile_page, tabs_page, builtin_page]
addresses = [st.Page(page, url_path=page.__name__.removesuffix("_page")) for page in pages]
st.navigation(addresses, position="hidden").run()
