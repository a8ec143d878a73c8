"""The visitor's analysis: data, preparation and the specification of the fit; every page reads it here."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from gmm_core.fitting.specification import FitSpecification
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.origin import Origin
from gmm_core.tables.preparation import Preparation, PreparedData
from ui.shell.model_controls import chosen_specification

_KEY = "analysis"
"""Key of the session state: the visitor's analysis."""


@dataclass(frozen=True, eq=False)
class Analysis:
    """The three frozen values that a fit is made of.

    Parameters
    ----------
    dataset : Dataset
        What was generated, chosen or uploaded.
    origin : Origin
        How it can be had again.
    prepared : PreparedData or None
        The matrix that is fitted; None if the data cannot be prepared as asked, and then `problems` says why.
    preparation : Preparation
        What is asked of the preparation: columns and scale.
    specification : FitSpecification
        What is asked of the fit.
    private : bool
        Whether the data is the visitor's own, so that nothing made from it may be shared.
    problems : tuple of str
        What stands in the way or was replaced, a sentence each.
    """

    dataset: Dataset
    origin: Origin
    prepared: PreparedData | None
    preparation: Preparation
    specification: FitSpecification
    private: bool
    problems: tuple[str, ...] = ()


def remember_analysis(analysis: Analysis) -> None:
    """Make it the visitor's current work."""
    st.session_state[_KEY] = analysis


def current_analysis() -> Analysis:
    """The visitor's current work."""
    analysis: Analysis = st.session_state[_KEY]
    return analysis


def take_over_specification() -> Analysis:
    """Have the current work ask for what the model's controls say, where the sidebar is not drawn; it is returned."""
    analysis = replace(current_analysis(), specification=chosen_specification())
    remember_analysis(analysis)
    return analysis
