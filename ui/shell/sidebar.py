"""The sidebar, the same on every page, so that all pages speak of one fit."""

from __future__ import annotations

import streamlit as st

from gmm_core.data.preparation import PreparedData, require_own_units
from gmm_core.errors import ExplorerError
from ui.compute.cache import prepared_data
from ui.links.share import choose_link
from ui.shell.data_controls import choose_data, choose_preparation, fitted_sentence
from ui.shell.model_controls import asked_specification, choose_model
from ui.shell.page import begin_run, redraw_page
from ui.shell.presenter_mode import choose_presenting
from ui.shell.work import Work, remember


def sidebar() -> None:
    """Draw the controls and remember what they say."""
    begin_run()
    with st.sidebar:
        chosen = choose_data()
        preparation = choose_preparation(chosen.dataset, chosen.private)
        what_is_fitted = st.container()
        choose_model(on_change=redraw_page)
        choose_presenting()
        link = st.container()
    problems = [] if chosen.problem is None else [chosen.problem]
    prepared: PreparedData | None = None
    try:
        found = prepared_data(chosen.dataset, preparation, chosen.private)
        require_own_units(found)
        prepared = found
        problems += prepared.warnings
        if told := fitted_sentence(chosen.dataset, prepared, chosen.private):
            what_is_fitted.caption(told)
    except ExplorerError as error:
        problems.append(str(error))
    remember(
        Work(
            chosen.dataset,
            chosen.origin,
            prepared,
            preparation,
            asked_specification(),
            chosen.private,
            tuple(problems),
        )
    )
    with link:
        choose_link()
