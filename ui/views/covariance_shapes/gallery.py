"""The covariance types side by side: picture and numbers of each, its possible shapes, and its number of parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from gmm_core.fitting.fit import Fit
from gmm_core.fitting.narrow_components import sentences
from gmm_core.fitting.specification import FitSpecification
from gmm_core.geometry.projection import Projection
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.model.covariance.family import CovarianceStructure, Freedom
from gmm_core.model.criteria import bic_evidence
from gmm_core.studies.family_comparison import Shape, best_by_bic, missed
from gmm_core.tables.preparation import PreparedData
from gmm_core.wording import counted
from ui.chart.display import show
from ui.figures.base.drawing import Drawing
from ui.figures.base.wording import listed, number, tenths
from ui.figures.mixture.parameter_counts import parameter_counts
from ui.figures.mixture.shape import shape as shape_figure
from ui.shell.component_colours import continued_colour_numbers
from ui.shell.model_controls import use_model
from ui.shell.tables import decimals
from ui.shell.text import markdown

SAME = 0.01
"""Two BICs that differ by less than this are called the same."""
CARD_WIDTH = 210
"""The smallest width of a card, in pixels."""
SEEN = "Ellipses are the true marginals of the mixture in the plane that is shown."
"""What the ellipses are if the picture does not show all columns; the help of the controls for the axes."""
CAN = {
    "size": {Freedom.OWN: "differ in size", Freedom.SHARED: "are all of one size"},
    "shape": {
        Freedom.OWN: "are each as long and narrow as they need to be",
        Freedom.SHARED: "are all equally long and narrow",
        Freedom.FIXED: "are round on the scale of the fit",
    },
    "orientation": {
        Freedom.OWN: "point each in its own direction",
        Freedom.SHARED: "all point in the same direction",
        Freedom.FIXED: "lie along the axes",
    },
}
"""What the ellipses of all components have in common, by aspect (a letter of mclust's names) and its freedom."""
CANNOT = {
    "size": {Freedom.SHARED: "a small cluster beside a wide one"},
    "shape": {Freedom.SHARED: "a round cluster beside a long one", Freedom.FIXED: "a long cluster"},
    "orientation": {
        Freedom.SHARED: "two clusters that cross",
        Freedom.FIXED: "a slanted cluster, whose columns are correlated",
    },
}
"""The clusters that such ellipses cannot describe, by aspect and its freedom."""


def gallery(
    shapes: Sequence[Shape],
    prepared: PreparedData,
    plane: Projection,
    fit: Fit,
    colour_numbers: tuple[int, ...],
) -> None:
    """Show a card for each structure; components keep the colours that they have in `fit`, which all pages show."""
    best = best_by_bic(shapes) if sum(shape.bic is not None for shape in shapes) > 1 else None
    with st.grid(
        2, min_column_width=2 * CARD_WIDTH + 16, gap="small"
    ) as pairs:  # in pairs, so that four cards never become a row of three and a row of one
        for first in range(0, len(shapes), 2):
            with pairs.cell(), st.grid(2, min_column_width=CARD_WIDTH, gap="small"):
                for shape in shapes[first : first + 2]:
                    with st.container(border=True):
                        _card(
                            shape,
                            prepared,
                            plane,
                            current=fit,
                            colour_numbers=colour_numbers,
                            is_best=shape is best,
                        )


def _card(
    shape: Shape,
    prepared: PreparedData,
    plane: Projection,
    *,
    current: Fit,
    colour_numbers: tuple[int, ...],
    is_best: bool,
) -> None:
    """Show the card of one structure: its picture, numbers, possible shapes and button, or why it has no fit."""
    structure = shape.structure
    badge = " :green-badge[lowest BIC]" if is_best else ""
    st.markdown(f"**{structure.name}** ({structure.alias}){badge}")
    if shape.fit is None:
        st.caption(f":material/error: {markdown(shape.refusal, 600)}")
        return
    own = continued_colour_numbers(shape.fit.mixture, current.mixture, colour_numbers)
    show(picture(shape, prepared, plane, own), f"shape-{structure.name}", height=230)
    st.markdown(numbers(shape))
    st.caption(ability(structure, len(prepared.columns)))
    _take(structure, current.specification)


def picture(
    shape: Shape, prepared: PreparedData, plane: Projection, colour_numbers: tuple[int, ...]
) -> Drawing:
    """The data with the mixture of this structure, in fitted units; raises ValueError if there is no fit."""
    if shape.fit is None:
        raise ValueError("a structure that was refused has no picture")
    mixture = shape.fit.mixture
    return shape_figure(
        plane.points(prepared.X),
        plane.labels,
        plane.mixture(mixture),
        mixture.responsibilities(prepared.X),
        shape.structure.name,
        colour_numbers=colour_numbers,
        row_numbers=prepared.rows + 1,
        revision=prepared.digest[:12],
    )


def numbers(shape: Shape) -> str:
    """The number of parameters, the log-likelihood and BIC in one line; empty if there is no fit."""
    if shape.fit is None:
        return ""
    criteria = shape.fit.criteria
    return (
        f"{criteria.parameter_count:,} parameters · log L {tenths(criteria.log_likelihood)} · "
        f"BIC **{tenths(criteria.bic)}**"
    )


def ability(structure: CovarianceStructure, n_features: int) -> str:
    """What ellipses of this structure can and cannot describe, in one or two sentences."""
    if n_features == 1:
        own = structure.volume is Freedom.OWN
        return f"Intervals {'differ in width' if own else 'are all equally wide'}."
    aspects = {"size": structure.volume, "shape": structure.shape, "orientation": structure.orientation}
    if structure.shape is Freedom.FIXED:
        del aspects["orientation"]  # a circle has no direction
    can = listed([CAN[aspect][freedom] for aspect, freedom in aspects.items()])
    cannot = [CANNOT[aspect][freedom] for aspect, freedom in aspects.items() if freedom in CANNOT[aspect]]
    return f"Ellipses {can}. " + (
        f"Cannot draw {listed(cannot)}." if cannot else "Cannot draw a bent cluster."
    )


def _take(structure: CovarianceStructure, current: FitSpecification) -> None:
    """Show a button that makes this structure the covariance type of the model on every page."""
    is_current = structure.name == current.covariance_type
    if st.button(
        "The model on all pages" if is_current else "Use on all pages",
        key=f"take-{structure.name}",
        type="tertiary",
        disabled=is_current,
        on_click=use_model,
        args=(replace(current, covariance_type=structure.name),),
    ):
        st.rerun()  # the sidebar, outside this fragment, shows the model too


def conclusion(shapes: Sequence[Shape], n_features: int) -> None:
    """Show which structure has the lowest BIC and by how much, and remarks on fits that are missing or unreliable."""
    best = best_by_bic(shapes)
    judged = sorted((shape.bic, shape.structure.name) for shape in shapes if shape.bic is not None)
    with st.container(border=True):
        if len(shapes) < len(STRUCTURES):
            st.markdown(
                f"**BIC chooses once all covariance types are fitted**: {len(shapes)} of {len(STRUCTURES)} are."
            )
        elif best is None:
            st.markdown("**BIC chooses none here**: it means nothing for any of these fits.")
        elif len(judged) == 1:
            st.markdown(f"**BIC can judge {best.structure.name} alone**, so it chooses nothing here.")
        elif len(judged) > 1:
            gap = judged[1][0] - judged[0][0]
            st.markdown(
                f"**BIC is the same for {judged[0][1]} and {judged[1][1]} here**, and lowest: on this data both are "
                "one model."
                if gap < SAME
                else f"**{_among(len(judged), len(shapes))}BIC chooses {best.structure.name}**, {number(gap, 3)} below "
                f"{judged[1][1]}: {bic_evidence(gap)}. "
                "It asks whether the closer fit of a freer covariance is worth its parameters; lower is better."
            )
        if n_features == 1:
            st.caption(same_in_one_feature())
    with st.container():
        for wider, narrower in missed(shapes):
            st.caption(
                f":material/info: {wider.structure.name} includes {narrower.structure.name} and must reach at least "
                "its log-likelihood, but its restarts missed that optimum: more restarts may find it."
            )
        for names, sentence in _sentences_with_structures(shapes):
            st.caption(f":material/info: {listed(names)}: {markdown(sentence, 600)}")
        if len(shapes) < len(STRUCTURES):
            st.caption(":material/info: Stopped: the covariance types that are missing were not fitted.")


def same_in_one_feature() -> str:
    """A sentence on which structures are the same model with one feature, where only the widths can differ."""
    clauses = []
    for volume, widths in {Freedom.OWN: "a width for each", Freedom.SHARED: "one width for all"}.items():
        names = [structure.name for structure in STRUCTURES.values() if structure.volume is volume]
        if len(names) > 1:
            clauses.append(f"{listed(names)} are one and the same model: {widths}")
    return f"With one feature {'; '.join(clauses)}."


def _among(n_judged: int, n_shapes: int) -> str:
    """The words on how many fits have a BIC; empty if all have one."""
    return "" if n_judged == n_shapes else f"Of the {n_judged} that it can judge, "


def _sentences_with_structures(shapes: Sequence[Shape]) -> list[tuple[list[str], str]]:
    """Each sentence on narrow components or missing criteria, with the names of the structures that it concerns."""
    names_by_sentence: dict[str, list[str]] = {}
    for shape in shapes:
        if shape.fit is not None:
            refusal = shape.fit.criteria.refusal
            for sentence in (*sentences(shape.fit.narrow), *([refusal] if refusal else [])):
                names_by_sentence.setdefault(sentence, []).append(shape.structure.name)
    return [(names, sentence) for sentence, names in names_by_sentence.items()]


def shapes_table(shapes: Sequence[Shape]) -> pd.DataFrame:
    """A row for each structure that was fitted."""
    best = best_by_bic(shapes)
    least = None if best is None else best.bic
    return pd.DataFrame(
        [
            {
                "covariance type": shape.structure.name,
                "BIC": shape.bic,
                "above the lowest": None if shape.bic is None or least is None else shape.bic - least,
                "parameters": shape.fit.criteria.parameter_count,
                "log-likelihood": shape.fit.log_likelihood,
                "AIC": shape.fit.criteria.aic,
                "ICL": shape.fit.criteria.icl,
                "iterations": shape.fit.best.n_iterations,
            }
            for shape in shapes
            if shape.fit is not None
        ]
    )


def cost(shapes: Sequence[Shape], prepared: PreparedData, fit: Fit) -> None:
    """Show the number of parameters of each structure against the number of features, and the table of all fits."""
    left, right = st.columns([3, 2], gap="medium")
    n_features, n_rows = len(prepared.columns), len(prepared.X)
    n_components = fit.specification.n_components
    with left:
        st.subheader("Parameters of each type", anchor=False)
        show(
            parameter_counts(
                list(STRUCTURES.values()),
                n_components,
                n_features,
                n_rows,
                chosen=fit.specification.covariance_type,
            ),
            "parameters",
            height=340,
        )
    with right:
        st.markdown(explanation(n_components, n_features))
    st.subheader("In numbers", anchor=False)
    table = shapes_table(shapes)
    st.dataframe(
        table,
        hide_index=True,
        column_config=decimals(table, "%,.1f"),
        alt="The fit of each covariance type",
        width="stretch",
    )


def explanation(n_components: int, n_features: int) -> str:
    """A paragraph on why the numbers of parameters grow differently, with the numbers of this data."""
    each = n_features * (n_features + 1) // 2
    counts = listed(
        [f"{row.name} {row.covariance_parameters(n_components, n_features):,}" for row in STRUCTURES.values()]
    )
    return (
        f"Every type has {counted(n_components - 1, 'free weight')} and "
        f"{counted(n_components * n_features, 'coordinate')} of means; "
        f"they differ in the covariances, which have: {counts}. A matrix for any direction takes "
        f"D\u00a0(D\u00a0+\u00a01)/2\u00a0=\u00a0{each:,}, which grows with the **square** of the features. With too "
        "few rows for its numbers a component fits noise, and in the end shrinks onto a point."
    )
