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
        The data as generated, chosen or uploaded.
    origin : Origin
        How to generate, load or read the data again.
    prepared : PreparedData or None
        The matrix that is fitted; None if the data cannot be prepared as asked, and then `problems` says why.
    preparation : Preparation
        The chosen columns and scale.
    specification : FitSpecification
        The chosen model and how it is fitted.
    private : bool
        True if the data is the visitor's own, so that no other visitor may see anything made from it.
    problems : tuple of str
        A sentence for each choice that could not be applied or was replaced.
    """

    dataset: Dataset
    origin: Origin
    prepared: PreparedData | None
    preparation: Preparation
    specification: FitSpecification
    private: bool
    problems: tuple[str, ...] = ()


def remember_analysis(analysis: Analysis) -> None:
    """Store the visitor's current analysis."""
    st.session_state[_KEY] = analysis


def current_analysis() -> Analysis:
    """The visitor's current analysis."""
    analysis: Analysis = st.session_state[_KEY]
    return analysis


def take_over_specification() -> Analysis:
    """Update the current analysis from the model's controls, for runs without the sidebar, and return it."""
    analysis = replace(current_analysis(), specification=chosen_specification())
    remember_analysis(analysis)
    return analysis
