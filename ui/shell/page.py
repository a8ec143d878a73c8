"""What pages that show the fit have in common: it is computed first, and a change of the model redraws them alone."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from gmm_core.data.preparation import PreparedData
from gmm_core.fit import Fit
from ui.compute.fitting import fit_ahead, fit_at_once
from ui.shell.problems import show_problems
from ui.shell.redraw import PAGE, page_redraws_alone
from ui.shell.work import Work, current_work

Draw = Callable[[Work, PreparedData, Fit], None]


def page_of_the_fit(draw: Draw, ahead: Draw | None = None) -> Callable[[], None]:
    """The page that `draw` draws; where there is no fit, a sentence says why and `draw` is not called.

    What takes time beside the fit is computed `ahead`, where it can be stopped; `draw` takes it from its store, and
    has the whole app run again (`st.rerun()`) where it is not there.
    """

    @st.fragment(key=PAGE)
    def redraw() -> None:
        page_redraws_alone(True)
        work = current_work()
        show_problems(work)
        fit = fit_at_once(work)
        if fit is not None and work.prepared is not None:
            draw(work, work.prepared, fit)

    def page() -> None:
        work = current_work()
        fit = fit_ahead(work)
        if ahead is not None and fit is not None and work.prepared is not None:
            ahead(work, work.prepared, fit)
        redraw()

    return page
