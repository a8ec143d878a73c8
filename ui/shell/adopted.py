"""A model that a page found becomes the one that the sidebar asks for, and so that of every page."""

from __future__ import annotations

import streamlit as st

from gmm_core.specification import FitSpecification

_KEY = "model to adopt"
CONTROLS = {
    "k": "n_components",
    "covariance": "covariance_type",
    "n_init": "n_init",
    "init": "init",
    "seed": "seed",
    "tolerance": "tolerance",
    "max_iter": "max_iterations",
    "regularization": "regularization",
}
"""The key of each control of the sidebar, and the field of the specification that it sets."""


def adopt(specification: FitSpecification) -> None:
    """Set the sidebar to it; for callbacks, which run before its controls are drawn."""
    for control, field in CONTROLS.items():
        st.session_state[control] = getattr(specification, field)


def adopt_and_rerun(specification: FitSpecification) -> None:
    """The same from within a run, whose sidebar is drawn already: in the next one."""
    st.session_state[_KEY] = specification
    st.rerun()


def take_adopted() -> None:
    """What `adopt_and_rerun` has left; before the controls are drawn."""
    specification: FitSpecification | None = st.session_state.pop(_KEY, None)
    if specification is not None:
        adopt(specification)
