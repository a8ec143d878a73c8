"""The agreement of the components with known labels: the adjusted Rand index and the cross table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from gmm_core.fitting.fit import Fit
from gmm_core.geometry.agreement import adjusted_rand_index
from gmm_core.studies.cross_table import cross_table
from gmm_core.tables.preparation import UNLABELLED, PreparedData
from ui.figures.base.wording import number
from ui.shell.analysis import Analysis
from ui.shell.element_identity import kept_place
from ui.shell.text import markdown

_KEY = "agreement of this fit"
"""Key of the session state: the `Agreement` of the fit that the visitor looked at last."""
SHOWN_GROUPS = 50
"""The largest number of groups in the table, which shows the largest groups."""


@dataclass(frozen=True, eq=False)
class Agreement:
    """The agreement of the components of a fit with the known labels of its rows.

    Parameters
    ----------
    fit : Fit
        The fit.
    column : str
        The name of the column of labels.
    table : DataFrame
        The number of labelled rows of each group in each component: a row per group, a column per component.
    index : float or None
        The adjusted Rand index; None if there is only one group.
    unlabelled : int
        The number of rows without a label.
    """

    fit: Fit
    column: str
    table: pd.DataFrame
    index: float | None
    unlabelled: int


def show_agreement(analysis: Analysis, prepared: PreparedData, fit: Fit) -> None:
    """Show the index as one line that unfolds to the table; nothing if no labels are known."""
    with kept_place():
        column = analysis.preparation.label_column or analysis.dataset.label_column
        if prepared.labels is None or column is None:
            return
        result = _agreement(column, prepared, fit)
        index_text = (
            "one group only" if result.index is None else f"adjusted Rand index {number(result.index, 3)}"
        )
        with st.expander(f"Components and {markdown(column)}: {index_text}"):
            st.dataframe(
                result.table.head(SHOWN_GROUPS).rename_axis(column),
                alt=f"How many rows of each group of {column} lie in each component",
            )
            st.caption(_explanation(result))


def _explanation(agreement: Agreement) -> str:
    sentences = [
        "Rows of each group, by the component of largest responsibility. The adjusted Rand index is 1 if groups and "
        "components are the same, about 0 if they agree by chance alone. The labels are not fitted."
    ]
    if agreement.unlabelled:
        sentences.append(f"{agreement.unlabelled:,} without a label left out.")
    if len(agreement.table) > SHOWN_GROUPS:
        sentences.append(f"The largest {SHOWN_GROUPS} of {len(agreement.table):,} groups.")
    return " ".join(sentences)


def _agreement(column: str, prepared: PreparedData, fit: Fit) -> Agreement:
    """The agreement of this fit, kept in the session because the page is drawn again whenever a view changes."""
    known: Agreement | None = st.session_state.get(_KEY)
    if known is None or known.fit is not fit or known.column != column:
        known = agreement_with_labels(column, prepared, fit)
        st.session_state[_KEY] = known
    return known


def agreement_with_labels(column: str, prepared: PreparedData, fit: Fit) -> Agreement:
    """Compute the agreement of the components of a fit with the labels of its rows, for the labelled rows only."""
    labels = np.asarray(prepared.labels, dtype=object)
    labelled = labels != UNLABELLED
    components = fit.mixture.labels(prepared.X)[labelled]
    groups = labels[labelled]
    codes, names = pd.factorize(groups)
    return Agreement(
        fit,
        column,
        cross_table(groups, components, fit.mixture.n_components),
        adjusted_rand_index(codes, components) if len(names) > 1 else None,
        int(np.count_nonzero(~labelled)),
    )
