"""A small app around the chart component: every promise of it can be seen here by driving a browser."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from ui.chart import ChartEvent, chart
from ui.text import markdown, plain

HOSTILE = (
    "<img src=x onerror=alert(1)> <a href=http://example.com/a>a</a> $x$ ![](http://example.com/x.png) "
    ":material/home: :red[x] www.example.com me@example.com %{x} &lt; :smile: -- `code` **bold**"
)


def plane(components: int, points: int, name: str) -> go.Figure:
    random = np.random.default_rng(0)
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


def space() -> go.Figure:
    sample = np.random.default_rng(0).normal(size=(100, 3)).astype(np.float32)
    return go.Figure(
        go.Scatter3d(
            x=sample[:, 0],
            y=sample[:, 1],
            z=sample[:, 2],
            mode="markers",
            customdata=np.arange(100),
            marker={"size": 20},
        )
    )


def grid() -> go.Figure:
    return go.Figure(go.Heatmap(z=np.arange(12.0).reshape(3, 4), colorscale="Viridis"))


def report(label: str, event: ChartEvent) -> None:
    st.text(f"{label} clicked {event.clicked} picked {event.picked}")


kind = st.query_params.get("kind", "plane")
points = int(st.query_params.get("points", "200"))
components = st.slider("Components", 1, 10, 3)
height = st.slider("Height", 300, 600, 480, 20)
if st.checkbox("Something above"):
    st.info("A line above the chart")

if kind == "plane":
    table = pd.DataFrame({"first": np.arange(600) / 8, "group": ["a", "b", None] * 200})
    report(
        "plane",
        chart(
            plane(components, points, "first"),
            key=st.radio("Key", ["one", "two"]),
            alt=f"{components} ellipses",
            height=height,
            table=table,
            clickable=True,
            selectable=True,
            name="clusters",
        ),
    )
    chart(plane(1, 10, "quiet"), key="quiet", alt="Ten points", height=300)
elif kind == "space":
    report("space", chart(space(), key="space", alt="A cloud", clickable=True, selectable=True))
elif kind == "grid":
    report("grid", chart(grid(), key="grid", alt="A staircase", clickable=True, selectable=True))
elif kind == "hostile":
    st.markdown(markdown(HOSTILE, 400))
    st.slider(markdown(HOSTILE, 400), 0, 1)
    figure = plane(1, 1, plain(HOSTILE, 400))
    figure.update_traces(x=[0], y=[0], selector={"mode": "markers"})
    figure.update_layout(title_text=plain(HOSTILE, 400))
    chart(figure, key="hostile", alt=HOSTILE, table=pd.DataFrame({HOSTILE: [HOSTILE]}))
elif kind == "builtin":
    st.plotly_chart(plane(components, points, "first"), key="builtin")
elif kind == "tabs":
    first, second = st.tabs(["First", "Second"])
    with first:
        st.text("Nothing here")
    with second:
        chart(plane(components, points, "first"), key="tabbed", alt="In the second tab")
