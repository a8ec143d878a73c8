"""The sidebar, the same on every page, so that all pages speak of one fit."""

from __future__ import annotations

import streamlit as st

from gmm_core.errors import ExplorerError
from ui.cached import prepared_data
from ui.data_controls import choose_data, choose_preparation
from ui.model_controls import choose_model
from ui.work import Work, remember


def sidebar() -> None:
    """Draw the controls and remember what they say."""
    with st.sidebar:
        chosen = choose_data()
        preparation = choose_preparation(chosen.dataset, chosen.private)
        specification = choose_model()
    problems = [] if chosen.problem is None else [chosen.problem]
    try:
        prepared = prepared_data(chosen.dataset, preparation, chosen.private)
    except ExplorerError as error:
        prepared = None
        problems.append(str(error))
    remember(Work(chosen.dataset, prepared, preparation, specification, chosen.private, tuple(problems)))
