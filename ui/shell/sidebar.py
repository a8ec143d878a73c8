"""The sidebar, the same on every page, so that all pages show one fit."""

from __future__ import annotations

import streamlit as st

from gmm_core.errors import ExplorerError
from gmm_core.tables.preparation import PreparedData, require_own_units
from ui.compute.cache import prepared_data
from ui.links.share import link_button
from ui.shell.analysis import Analysis, remember_analysis
from ui.shell.data_controls import choose_data, choose_preparation, fitted_sentence
from ui.shell.model_controls import choose_model, chosen_specification
from ui.shell.page import begin_run, redraw_page
from ui.shell.presenter_mode import choose_presenter_mode


def sidebar() -> None:
    """Draw the controls and remember what they say."""
    begin_run()
    with st.sidebar:
        chosen = choose_data()
        preparation = choose_preparation(chosen.dataset, chosen.private)
        what_is_fitted = st.container()
        choose_model(on_change=redraw_page)
        choose_presenter_mode()
        link = st.container()
    problems = [] if chosen.problem is None else [chosen.problem]
    prepared: PreparedData | None = None
    try:
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
            dataset=chosen.dataset,
            origin=chosen.origin,
            prepared=prepared,
            preparation=preparation,
            specification=chosen_specification(),
            private=chosen.private,
            problems=tuple(problems),
        )
    )
    with link:
        link_button()
