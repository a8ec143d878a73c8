"""The sidebar, the same on every page, so that all pages show one fit."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gmm_core.errors import ExplorerError
from gmm_core.tables.preparation import PreparedData, require_own_units
from ui.compute.cache import prepared_data
from ui.links.share import link_button
from ui.shell.analysis import Analysis, remember_analysis
from ui.shell.components_control import choose_components
from ui.shell.data_controls import choose_data, choose_preparation, fitted_sentence
from ui.shell.model_controls import choose_model, chosen_specification, use_chosen_model
from ui.shell.page import begin_run, redraw_page
from ui.shell.presenter_mode import choose_presenter_mode


def sidebar() -> DeltaGenerator:
    """Draw the controls and remember what they say; the place of the known fits is returned, which are drawn last."""
    begin_run()
    use_chosen_model()
    with st.sidebar:
        source = st.container()
        with st.container(key="components", gap="xsmall"):
            choose_components()
            known_fits = st.container()
        details = st.container()
        with source:
            chosen, problem = choose_data(details)
        with details:
            preparation = choose_preparation(chosen)
        what_is_fitted = st.container()
        choose_model(on_change=redraw_page)
        choose_presenter_mode()
        link = st.container()
    problems = [] if problem is None else [problem]
    prepared: PreparedData | None = None
    try:
        if chosen is not None:
            found = prepared_data(chosen.dataset, preparation, chosen.private)
            require_own_units(found)
            prepared = found
            problems += prepared.warnings
            if sentence := fitted_sentence(chosen.dataset, prepared, chosen.private):
                what_is_fitted.caption(sentence)
    except ExplorerError as error:
        problems.append(str(error))
    remember_analysis(
        Analysis(
            chosen=chosen,
            prepared=prepared,
            preparation=preparation,
            specification=chosen_specification(),
            problems=tuple(problems),
        )
    )
    with link:
        link_button()
    return known_fits
