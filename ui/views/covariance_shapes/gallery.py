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
from gmm_core.studies.family_comparison import StructureFit, best_by_bic, missed_optima
from gmm_core.tables.preparation import PreparedData
from gmm_core.wording import counted
from ui.chart.display import show
from ui.figures.base.drawing import Drawing
from ui.figures.base.wording import listed, number, tenths
from ui.figures.mixture.parameter_counts import parameter_counts
from ui.figures.mixture.structure_picture import structure_picture
from ui.shell.component_colours import continued_colour_numbers
from ui.shell.model_controls import use_model
from ui.shell.tables import decimal_formats
from ui.shell.text import markdown

EQUAL_BIC = 0.01
"""Two BICs that differ by less than this are called the same."""
CARD_WIDTH = 210
"""The smallest width of a card, in pixels."""
PROJECTION_HELP = "Ellipses are the true marginals of the mixture in the plane that is shown."
"""What the ellipses are if the picture does not show all columns; the help of the controls for the axes."""
COMMON_TO_ALL = {
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
NOT_DESCRIBED = {
    "size": {Freedom.SHARED: "a small cluster beside a wide one"},
    "shape": {Freedom.SHARED: "a round cluster beside a long one", Freedom.FIXED: "a long cluster"},
    "orientation": {
        Freedom.SHARED: "two clusters that cross",
        Freedom.FIXED: "a slanted cluster, whose columns are correlated",
    },
}
"""The clusters that such ellipses cannot describe, by aspect and its freedom."""


def show_gallery(
    structure_fits: Sequence[StructureFit],
    prepared: PreparedData,
    plane: Projection,
    fit: Fit,
    colour_numbers: tuple[int, ...],
) -> None:
    """Show a card for each structure; components keep the colours that they have in `fit`, which all pages show."""
    best = (
        best_by_bic(structure_fits)
        if sum(structure_fit.bic is not None for structure_fit in structure_fits) > 1
        else None
    )
    with st.grid(
        2, min_column_width=2 * CARD_WIDTH + 16, gap="small"
    ) as pairs:  # in pairs, so that four cards never become a row of three and a row of one
        for first in range(0, len(structure_fits), 2):
            with pairs.cell(), st.grid(2, min_column_width=CARD_WIDTH, gap="small"):
                for structure_fit in structure_fits[first : first + 2]:
                    with st.container(border=True):
                        _show_card(
                            structure_fit,
                            prepared,
                            plane,
                            current=fit,
                            colour_numbers=colour_numbers,
                            is_best=structure_fit is best,
                        )


def _show_card(
    structure_fit: StructureFit,
    prepared: PreparedData,
    plane: Projection,
    *,
    current: Fit,
    colour_numbers: tuple[int, ...],
    is_best: bool,
) -> None:
    """Show the card of one structure: its picture, numbers, possible shapes and button, or why it has no fit."""
    structure = structure_fit.structure
    badge = " :green-badge[lowest BIC]" if is_best else ""
    st.markdown(f"**{structure.name}** ({structure.alias}){badge}")
    if structure_fit.fit is None:
        st.caption(f":material/error: {markdown(structure_fit.refusal, 600)}")
        return
    own = continued_colour_numbers(structure_fit.fit.mixture, current.mixture, colour_numbers)
    show(picture_of_fit(structure_fit, prepared, plane, own), f"shape-{structure.name}", height=230)
    st.markdown(numbers_in_words(structure_fit))
    st.caption(described_clusters(structure, len(prepared.columns)))
    _show_use_button(structure, current.specification)


def picture_of_fit(
    structure_fit: StructureFit, prepared: PreparedData, plane: Projection, colour_numbers: tuple[int, ...]
) -> Drawing:
    """The data with the mixture of this structure, in fitted units; raises ValueError if there is no fit."""
    if structure_fit.fit is None:
        raise ValueError("a structure that was refused has no picture")
    mixture = structure_fit.fit.mixture
    return structure_picture(
        plane.points(prepared.X),
        plane.labels,
        plane.mixture(mixture),
        mixture.responsibilities(prepared.X),
        structure_fit.structure.name,
        colour_numbers=colour_numbers,
        row_numbers=prepared.rows + 1,
        revision=prepared.digest[:12],
    )


def numbers_in_words(structure_fit: StructureFit) -> str:
    """The number of parameters, the log-likelihood and BIC in one line; empty if there is no fit."""
    if structure_fit.fit is None:
        return ""
    criteria = structure_fit.fit.criteria
    return (
        f"{criteria.parameter_count:,} parameters · log L {tenths(criteria.log_likelihood)} · "
        f"BIC **{tenths(criteria.bic)}**"
    )


def described_clusters(structure: CovarianceStructure, n_features: int) -> str:
    """What ellipses of this structure can and cannot describe, in one or two sentences."""
    if n_features == 1:
        own = structure.volume is Freedom.OWN
        return f"Intervals {'differ in width' if own else 'are all equally wide'}."
    aspects = {"size": structure.volume, "shape": structure.shape, "orientation": structure.orientation}
    if structure.shape is Freedom.FIXED:
        del aspects["orientation"]  # a circle has no direction
    can = listed([COMMON_TO_ALL[aspect][freedom] for aspect, freedom in aspects.items()])
    cannot = [
        NOT_DESCRIBED[aspect][freedom]
        for aspect, freedom in aspects.items()
        if freedom in NOT_DESCRIBED[aspect]
    ]
    return f"Ellipses {can}. " + (
        f"Cannot draw {listed(cannot)}." if cannot else "Cannot draw a bent cluster."
    )


def _show_use_button(structure: CovarianceStructure, current: FitSpecification) -> None:
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


def show_conclusion(structure_fits: Sequence[StructureFit], n_features: int) -> None:
    """Show which structure has the lowest BIC and by how much, and remarks on fits that are missing or unreliable."""
    best = best_by_bic(structure_fits)
    judged = sorted(
        (structure_fit.bic, structure_fit.structure.name)
        for structure_fit in structure_fits
        if structure_fit.bic is not None
    )
    with st.container(border=True):
        if len(structure_fits) < len(STRUCTURES):
            st.markdown(
                f"**BIC chooses once all covariance types are fitted**: {len(structure_fits)} of {len(STRUCTURES)} are."
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
                if gap < EQUAL_BIC
                else f"**{_of_judged(len(judged), len(structure_fits))}BIC chooses {best.structure.name}**, "
                f"{number(gap, 3)} below {judged[1][1]}: {bic_evidence(gap)}. "
                "It asks whether the closer fit of a freer covariance is worth its parameters; lower is better."
            )
        if n_features == 1:
            st.caption(same_in_one_feature())
    with st.container():
        for wider, narrower in missed_optima(structure_fits):
            st.caption(
                f":material/info: {wider.structure.name} includes {narrower.structure.name} and must reach at least "
                "its log-likelihood, but its restarts missed that optimum: more restarts may find it."
            )
        for names, sentence in _sentences_with_structures(structure_fits):
            st.caption(f":material/info: {listed(names)}: {markdown(sentence, 600)}")
        if len(structure_fits) < len(STRUCTURES):
            st.caption(":material/info: Stopped: the covariance types that are missing were not fitted.")


def same_in_one_feature() -> str:
    """A sentence on which structures are the same model with one feature, where only the widths can differ."""
    clauses = []
    for volume, widths in {Freedom.OWN: "a width for each", Freedom.SHARED: "one width for all"}.items():
        names = [structure.name for structure in STRUCTURES.values() if structure.volume is volume]
        if len(names) > 1:
            clauses.append(f"{listed(names)} are one and the same model: {widths}")
    return f"With one feature {'; '.join(clauses)}."


def _of_judged(n_judged: int, n_fits: int) -> str:
    """The words on how many fits have a BIC; empty if all have one."""
    return "" if n_judged == n_fits else f"Of the {n_judged} that it can judge, "


def _sentences_with_structures(structure_fits: Sequence[StructureFit]) -> list[tuple[list[str], str]]:
    """Each sentence on narrow components or missing criteria, with the names of the structures that it concerns."""
    names_by_sentence: dict[str, list[str]] = {}
    for structure_fit in structure_fits:
        if structure_fit.fit is not None:
            refusal = structure_fit.fit.criteria.refusal
            for sentence in (*sentences(structure_fit.fit.narrow), *([refusal] if refusal else [])):
                names_by_sentence.setdefault(sentence, []).append(structure_fit.structure.name)
    return [(names, sentence) for sentence, names in names_by_sentence.items()]


def structure_fits_table(structure_fits: Sequence[StructureFit]) -> pd.DataFrame:
    """A row for each structure that was fitted."""
    best = best_by_bic(structure_fits)
    least = None if best is None else best.bic
    return pd.DataFrame(
        [
            {
                "covariance type": structure_fit.structure.name,
                "BIC": structure_fit.bic,
                "above the lowest": None
                if structure_fit.bic is None or least is None
                else structure_fit.bic - least,
                "parameters": structure_fit.fit.criteria.parameter_count,
                "log-likelihood": structure_fit.fit.log_likelihood,
                "AIC": structure_fit.fit.criteria.aic,
                "ICL": structure_fit.fit.criteria.icl,
                "iterations": structure_fit.fit.best.n_iterations,
            }
            for structure_fit in structure_fits
            if structure_fit.fit is not None
        ]
    )


def show_parameter_counts(structure_fits: Sequence[StructureFit], prepared: PreparedData, fit: Fit) -> None:
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
    table = structure_fits_table(structure_fits)
    st.dataframe(
        table,
        hide_index=True,
        column_config=decimal_formats(table, "%,.1f"),
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
