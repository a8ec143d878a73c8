"""K-means and the mixture side by side: pictures, measured numbers, and which of the two to use here."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from gmm_core.arrays import FloatArray
from gmm_core.model.mixture import Mixture
from gmm_core.studies.kmeans_comparison.comparison import KMeansComparison
from gmm_core.studies.kmeans_comparison.verdict import Choice, verdict
from gmm_core.studies.sure_rows import SURE
from gmm_core.tables.preparation import PreparedData
from ui.chart.display import show
from ui.figures.base.drawing import Drawing
from ui.figures.base.wording import number, percent
from ui.figures.cells.cells import Clustering, cells
from ui.projection.plane import PictureAxes
from ui.shell.tables import in_original_units
from ui.shell.text import markdown
from ui.views.kmeans_or_gmm.alteration import move_outlier
from ui.views.kmeans_or_gmm.comparison import ComparisonWithRows

CONCLUSIONS = {
    Choice.KMEANS: "Use K-means here",
    Choice.MIXTURE: "Use the mixture here",
    Choice.EITHER: "Either will do here",
    Choice.NEITHER: "These rows do not say which to use",
}
"""The title of the conclusion, by what was decided."""
PROJECTION_HELP = (
    "Points have the colours of the whole answer. The cells are what each would decide from the axes shown alone, so "
    "that a point may lie in a cell of another colour."
)
"""The help of the controls for the axes: what points and cells show if the picture does not show all columns."""


def show_pictures(
    compared: ComparisonWithRows, axes: PictureAxes, colour_numbers: tuple[int, ...], unaltered: PreparedData
) -> None:
    """Show the picture of each method; a click in one of them moves the outlier there.

    Parameters
    ----------
    compared : ComparisonWithRows
        The comparison and its rows.
    axes : PictureAxes
        The axes of both pictures.
    colour_numbers : (K,)
        The colour number of each component, and of the cluster at the same position.
    unaltered : PreparedData
        The data before the alteration, to whose columns the outlier belongs.
    """
    sides = (
        ("K-means: hard cells", "kmeans", kmeans_picture),
        ("Gaussian mixture: soft cells", "mixture", mixture_picture),
    )
    clicks = []
    for column, (title, key, draw) in zip(st.columns(2), sides, strict=True):
        with column:
            st.caption(title)
            drawing = draw(compared, axes, colour_numbers)
            clicks.append(
                show(drawing, f"cells-{key}", height=440, clickable=compared.outlier is not None).clicked
            )
    clicked = next((place for place in clicks if place is not None), None)
    if clicked is not None:
        move_outlier(unaltered, axes.projection, clicked, axes.in_units)


def kmeans_picture(
    compared: ComparisonWithRows, axes: PictureAxes, colour_numbers: tuple[int, ...]
) -> Drawing:
    """The cells of K-means: each place belongs to the nearest centre."""
    kmeans = compared.comparison.kmeans
    memberships = np.eye(kmeans.n_clusters)[kmeans.labels]
    n_features = kmeans.centers.shape[1]
    even = np.full(kmeans.n_clusters, 1.0 / kmeans.n_clusters)
    nearest = Mixture(
        even, kmeans.centers, np.broadcast_to(np.eye(n_features), (len(even), n_features, n_features))
    )
    return _picture(
        compared,
        axes,
        Clustering("K-means", _marginal_on_axes(nearest, compared, axes), memberships, True, colour_numbers),
    )


def mixture_picture(
    compared: ComparisonWithRows, axes: PictureAxes, colour_numbers: tuple[int, ...]
) -> Drawing:
    """The cells of the mixture: each place belongs to all components, in proportion to weight × density there."""
    comparison = compared.comparison
    clustering = Clustering(
        "The mixture",
        _marginal_on_axes(comparison.fit.mixture, compared, axes),
        comparison.responsibilities,
        False,
        colour_numbers,
    )
    return _picture(compared, axes, clustering)


def _marginal_on_axes(mixture: Mixture, compared: ComparisonWithRows, axes: PictureAxes) -> Mixture:
    """The marginal, on these axes and in their units, of a mixture in fitted units."""
    shown = in_original_units(mixture, compared.prepared) if axes.in_units else mixture
    return axes.projection.mixture(shown)


def _picture(compared: ComparisonWithRows, axes: PictureAxes, clustering: Clustering) -> Drawing:
    prepared = compared.prepared
    rows: FloatArray = prepared.original if axes.in_units else prepared.X
    return cells(
        axes.projection.points(rows),
        axes.projection.labels,
        clustering,
        units=_units(compared, axes),
        marked=compared.outlier,
        row_numbers=prepared.rows + 1,
        revision=prepared.digest[:12] if compared.outlier is None else "with an outlier",
    )


def _units(compared: ComparisonWithRows, axes: PictureAxes) -> list[float]:
    """The length on each axis of one fitted unit, shape (E,)."""
    if not axes.in_units:
        return [1.0] * len(axes.projection.labels)
    return [float(scale) for scale in axes.projection.matrix @ compared.prepared.scale]


def show_metrics(comparison: KMeansComparison) -> None:
    """Show how far the two agree with each other and with the true labels, and the share of clear rows."""
    known = comparison.agreement_with_labels
    with st.grid(4, min_column_width=150, gap="small"):
        st.metric(
            "Agreement of the two (ARI)",
            number(comparison.agreement, 3),
            help="Adjusted Rand index of the two partitions: 1 if they are the same, about 0 if they agree by chance "
            "alone.",
        )
        if known is not None:
            st.metric("K-means and true labels (ARI)", number(known[0], 3))
            st.metric("Mixture and true labels (ARI)", number(known[1], 3))
        st.metric(
            f"Clear rows (p > {percent(SURE)})",
            percent(comparison.share_sure),
            help="The share of rows whose largest responsibility is above 95 %. K-means has no such number: it is "
            "always sure.",
        )


def measured_table(compared: ComparisonWithRows) -> pd.DataFrame:
    """A row for each of five properties that textbooks compare, with what was measured on these rows."""
    comparison = compared.comparison
    kmeans, fit = comparison.kmeans, comparison.fit
    n_rows, n_init = len(comparison.X), comparison.fit.specification.n_init
    unsure = n_rows - round(comparison.share_sure * n_rows)
    moved = round(comparison.share_moved * n_rows)
    slower = comparison.seconds_of_mixture / max(comparison.seconds_of_kmeans, 1e-9)
    far = comparison.farthest
    name = "The outlier" if far.row == compared.outlier else f"Row {compared.prepared.rows[far.row] + 1:,}"
    iterations = fit.best.n_iterations
    rows = {
        "Assignment": (
            f"Hard: each of {n_rows:,} rows belongs wholly to one cluster.",
            f"Soft: less than {SURE:.0%} sure of {_counted(unsure, 'row')}; puts {_counted(moved, 'row')} elsewhere "
            "than K-means does.",
        ),
        "Cluster shape": (
            f"Round and equally wide: one standard deviation of {number(kmeans.spread, 3)} for all (fitted units).",
            _component_shapes(comparison),
        ),
        "Algorithm": (
            f"Lloyd's: {_counted(kmeans.iterations, 'iteration')}; Σ distance² ends at {number(kmeans.inertia, 4)}.",
            f"EM: {_counted(iterations, 'iteration')}; the log-likelihood ends at {number(fit.log_likelihood, 4)}.",
        ),
        "Speed": (
            f"{_milliseconds(comparison.seconds_of_kmeans)} for {_counted(n_init, 'start')}, measured once.",
            f"{_milliseconds(comparison.seconds_of_mixture)} for {_counted(n_init, 'start')}, "
            f"{_relative_time(slower)}.",
        ),
        "Outliers": (
            f"{name}, the least likely, goes to cluster {far.cluster + 1} like any other, at "
            f"{number(far.distances_of_cluster, 3)} times the usual distance from its centre.",
            f"{name} has a log-density of {number(far.log_density, 3)} (median {number(far.median_log_density, 3)}); "
            f"{percent(far.tail)} of component {far.component + 1} lies as far out.",
        ),
    }
    table = {
        "": list(rows),
        "K-means": [hard for hard, _ in rows.values()],
        "Gaussian mixture": [soft for _, soft in rows.values()],
    }
    # A hyphen at which no line breaks, so that “K-means” stays in one line.
    return pd.DataFrame(
        {name: [text.replace("K-means", "K‑means") for text in column] for name, column in table.items()}
    )


def show_comparison_table(compared: ComparisonWithRows) -> None:
    """Show `measured_table`, and say so if only a sample of the rows was used."""
    st.table(measured_table(compared), hide_index=True, border="horizontal")
    if compared.is_sample:
        st.caption(f"Both were fitted to a random sample of {len(compared.comparison.X):,} rows.")


def show_conclusion(comparison: KMeansComparison) -> None:
    """Show which of the two to use here, and why."""
    decision = verdict(comparison)
    with st.container(border=True):
        st.markdown(f"**{CONCLUSIONS[decision.choice]}.** {markdown(decision.reason, 1_200)}")


def show_explanation(comparison: KMeansComparison) -> None:
    """Show, in an expander, why the borders of the cells differ, with numbers of these rows."""
    with st.expander("Why their borders differ"):
        st.markdown(
            "K-means gives a place to the **nearest centre**, so a border lies half-way between two centres and is "
            "straight. A mixture gives it to the component with the **largest weight × density** there, so a border "
            "bends around the narrower component and moves towards the smaller one: here weights range from "
            f"{percent(float(comparison.fit.mixture.weights.min()))} to "
            f"{percent(float(comparison.fit.mixture.weights.max()))}{_widest(comparison)}. K-means is what EM becomes "
            "when all components are round, equally wide and equally heavy, and their common width goes to nothing."
        )


def _component_shapes(comparison: KMeansComparison) -> str:
    """The words on the sizes and shapes of the mixture's components."""
    left_out = comparison.fit.mixture.n_components - comparison.n_compared
    of_others = f" ({_counted(left_out, 'component')} left out whose spread says little)" if left_out else ""
    if comparison.n_compared == 1:
        return f"No two of which the spreads could be compared{of_others}."
    widest = f"the widest is {number(comparison.size_ratio, 3)} times the narrowest{of_others}."
    if comparison.X.shape[1] == 1:
        return f"Each its own width: {widest}"
    return f"Ellipses: up to {number(comparison.elongation, 3)} times as long as wide; {widest}"


def _widest(comparison: KMeansComparison) -> str:
    """The words on how much wider the widest component is than the narrowest; empty if no two can be compared."""
    if comparison.n_compared == 1:
        return ""
    return f", and the widest component is {number(comparison.size_ratio, 3)} times the narrowest"


def _relative_time(slower: float) -> str:
    """The words on the time of EM, which is `slower` times that of K-means."""
    if 0.8 < slower < 1.25:
        return "about as long as K-means"
    return f"{number(slower, 2)} times as long" if slower > 1 else f"{number(1 / slower, 2)} times faster"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun if count == 1 else noun + 's'}"


def _milliseconds(seconds: float) -> str:
    return f"{number(1e3 * seconds, 2)} ms" if seconds < 1 else f"{number(seconds, 2)} s"
