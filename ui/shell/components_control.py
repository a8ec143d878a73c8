"""The control of K, and below it the BIC of the fits that are known already: a bar for each, and a click takes that K.

The bars are drawn at the end of a run, when the fit is known, as a fragment of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gmm_core.fitting.fit import Fit
from gmm_core.number_text import tenths
from ui.chart.parts import joined
from ui.compute.limits import LIMITS
from ui.shell.analysis import Analysis, current_analysis
from ui.shell.controls import CONTROLS
from ui.shell.page import KNOWN_FITS, fit_task, note_known_fits_shown, redraw_page

FEWEST_BARS = 10
"""So many places there are at least, so that their width stays as it is while K is small."""
_KEY = "known fits"
"""The key of the component."""
_TAKEN = "K that was clicked"
"""Key of the session state: a K that the control takes when it is next drawn; set there, the browser is told of it."""
_mount = st.components.v2.component(
    "explorer_components",
    html='<div class="bars" role="group" aria-label="BIC of each K"></div><p></p>',
    css=joined("shell/components_control.css"),
    js=joined("chart/component_life.js", "shell/components_control.js"),
)


@dataclass(frozen=True)
class Bar:
    """The place of one K: its words, and its height between 0 (lowest BIC) and 1; None if its BIC is not known."""

    components: int
    words: str
    height: float | None = None


def choose_components() -> None:
    """The number of components, between a button for one fewer and one for one more.

    It is drawn in the run of the whole app, since a change within a fragment would wait for a computation to end.
    """
    control = CONTROLS["k"]
    if _TAKEN in st.session_state:
        st.session_state[control.key] = st.session_state.pop(_TAKEN)
    control.draw(redraw_page)


@contextmanager
def known_fits_below(place: DeltaGenerator) -> Iterator[None]:
    """Show the known fits there after what is done inside, which may fit, or end the run of the page."""
    try:
        yield
    finally:
        with place:
            _show()


@st.fragment(key=KNOWN_FITS)
def _show() -> None:
    note_known_fits_shown()
    analysis = current_analysis()
    current = CONTROLS["k"].value
    bars = bars_of(known_criteria(analysis), current)
    _mount(
        key=_KEY,
        data={
            "current": current,
            "bars": [{"k": bar.components, "words": bar.words, "height": bar.height} for bar in bars],
            "sentence": sentence(bars),
        },
        width="stretch",
        on_taken_change=_take,
    )
    if _TAKEN in st.session_state:
        st.rerun()  # the control of K is drawn in the run of the whole app


def _take() -> None:
    """Have the control take the clicked K in the run that begins now; the message may be forged."""
    taken: Any = st.session_state[_KEY].get("taken")
    if CONTROLS["k"].kind.offers(taken):
        st.session_state[_TAKEN] = taken


def known_criteria(analysis: Analysis) -> dict[int, float | None]:
    """The BIC of every K that was fitted to this data with the settings of now; None where it means nothing."""
    prepared = analysis.prepared
    if prepared is None:
        return {}
    found: dict[int, float | None] = {}
    for components in range(1, LIMITS.components + 1):
        specification = replace(analysis.specification, n_components=components)
        fit = fit_task(replace(analysis, specification=specification), prepared).known()
        if isinstance(fit, Fit):
            found[components] = fit.criteria.bic
    return found


def bars_of(criteria: Mapping[int, float | None], current: int) -> list[Bar]:
    """A bar for every K from 1 on, to the largest that is known or chosen."""
    values = [bic for bic in criteria.values() if bic is not None]
    least, most = (min(values), max(values)) if values else (0.0, 0.0)
    bars = []
    for components in range(1, max(FEWEST_BARS, current, *criteria) + 1):
        bic = criteria.get(components)
        if bic is None:
            unknown = "no BIC" if components in criteria else "not fitted yet"
            bars.append(Bar(components, f"K = {components}, {unknown}"))
        else:
            height = 0.0 if most == least else (bic - least) / (most - least)
            lowest = ", lowest" if bic == least and len(values) > 1 else ""
            bars.append(Bar(components, f"K = {components}, BIC {tenths(bic)}{lowest}", height))
    return bars


def sentence(bars: list[Bar]) -> str:
    """The K of the lowest BIC among the fits that are known; empty if there is nothing to compare."""
    known = [bar for bar in bars if bar.height is not None]
    if len(known) < 2:
        return "BIC of each K tried: lower is better"
    best = min(known, key=lambda bar: bar.height or 0.0)
    return f"BIC of each K tried: lowest at K = {best.components}"
