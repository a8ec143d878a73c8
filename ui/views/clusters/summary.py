"""The main numbers of the fit, each with its change from the previous fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from gmm_core.fitting.fit import Fit
from gmm_core.fitting.narrow_components import sentences
from gmm_core.fitting.restart_result import Run
from gmm_core.fitting.specification import FitSpecification
from gmm_core.starts.kinds import SHORT_RUNS
from gmm_core.starts.short_runs import STAGES
from ui.figures.base.wording import number, tenths
from ui.shell.analysis import Analysis
from ui.shell.element_identity import kept_place
from ui.shell.fit_terms import CRITERION_MEANINGS, ENDINGS
from ui.shell.presenter_mode import is_presenting
from ui.shell.text import markdown

METRIC_WIDTH, ENLARGED_METRIC_WIDTH = 96, 140
"""The smallest width of a number with its name, in pixels: in type of the usual size, and in presenter mode."""
_KEY = "fits of this data"
"""Key of the session state: what the visitor has `RecentFits`."""


@dataclass(frozen=True, eq=False)
class RecentFits:
    """The last two different fits of a data set that the visitor has seen; `earlier` is None if there is only one."""

    data_digest: str
    current: Fit
    earlier: Fit | None = None


def show_summary(analysis: Analysis, fit: Fit, data_digest: str) -> None:
    """Show the log-likelihood, AIC, BIC and ICL, the iterations and how EM ended, and the number of parameters."""
    earlier = _previous_fit(fit, data_digest)
    rows = fit.criteria.rows
    with st.grid(3, min_column_width=ENLARGED_METRIC_WIDTH if is_presenting() else METRIC_WIDTH, gap="small"):
        _show_metric(
            "Log-likelihood",
            fit.log_likelihood,
            None if earlier is None else earlier.log_likelihood,
            f"log L = Σ log p(x), in nats, of the columns as they are fitted; {fit.log_likelihood / rows:.4g} "
            "per row. Higher fits these rows closer.",
            higher_is_better=True,
        )
        for name, meaning in CRITERION_MEANINGS.items():
            value = getattr(fit.criteria, name.lower())
            before = None if earlier is None else getattr(earlier.criteria, name.lower())
            _show_metric(name, value, before, fit.criteria.refusal or meaning)
        st.metric(
            "Iterations",
            fit.best.n_iterations,
            delta=ENDINGS[fit.best.ending],
            delta_color="off" if fit.best.converged else "orange",
            delta_arrow="off",
            help=f"M-steps of the best restart; it ended because {fit.best.ending.value}. {_short_runs(fit.best)}",
        )
        st.metric(
            "Parameters",
            fit.criteria.parameter_count,
            delta=f"{rows:,.0f} rows",
            delta_color="off",
            delta_arrow="off",
            help="Free parameters of the model: K − 1 weights, K·D means, and those of the covariances.",
        )
    with kept_place():
        if earlier is not None:
            st.caption(f"Arrows: the change {_compared_with(earlier.specification, fit.specification)}.")


def show_remarks(fit: Fit) -> None:
    """Show the warnings of the fit, a sentence each; those on narrow components are shown among the checks instead."""
    narrow_sentences = sentences(fit.narrow)
    with kept_place():
        refusal = [fit.criteria.refusal] if fit.criteria.refusal else []
        warnings = [sentence for sentence in fit.warnings if sentence not in narrow_sentences]
        for sentence in (*warnings, *_higher_but_narrow(fit), *refusal):
            st.caption(f":material/info: {markdown(sentence, 500)}")


def _higher_but_narrow(fit: Fit) -> list[str]:
    """A sentence that says why the best restart is not the one of highest log-likelihood; empty if it is."""
    if not fit.higher_but_narrow:
        return []
    highest = fit.higher_but_narrow[0]
    return [
        f"Restart {highest + 1} ended higher, at {number(fit.runs[highest].log_likelihood, 6)}, but is not best: a "
        "narrow component on a few or aligned rows gained that, and such a gain does not count."
    ]


def _show_metric(
    name: str,
    value: float | None,
    before: float | None,
    meaning: str,
    higher_is_better: bool = False,
) -> None:
    """Show a value with its change from the value `before`, in green if it is better and in red if it is worse."""
    change = 0.0 if value is None or before is None else round(value - before, 1)
    look: dict[str, Any] = {}
    if change:  # as text, because Streamlit writes the minus of a number as a hyphen
        look["delta"] = tenths(change)
        look["delta_color"] = "green" if (change > 0) == higher_is_better else "red"
        look["delta_arrow"] = "up" if change > 0 else "down"
    elif value is not None and before is not None:
        look["delta"] = 0.0
    st.metric(name, tenths(value), help=meaning, **look)


def _previous_fit(fit: Fit, data_digest: str) -> Fit | None:
    """The previous different fit of the same data, or None; remembers `fit` as the current one."""
    recent_fits: RecentFits | None = st.session_state.get(_KEY)
    if recent_fits is None or recent_fits.data_digest != data_digest:
        recent_fits = RecentFits(data_digest, fit)
    elif recent_fits.current is not fit:
        recent_fits = RecentFits(data_digest, fit, recent_fits.current)
    st.session_state[_KEY] = recent_fits
    return recent_fits.earlier


def _compared_with(earlier: FitSpecification, now: FitSpecification) -> str:
    """The words for the earlier fit, by how it differs from the one shown now: “against K = 3”."""
    if earlier.n_components != now.n_components:
        return f"against K = {earlier.n_components}"
    if earlier.covariance_type != now.covariance_type:
        return f"against {earlier.covariance_type} covariances"
    return "against the fit before"


def _short_runs(best: Run) -> str:
    """A sentence on the M-steps of short runs that are not counted; empty if the restart had another kind of start."""
    if best.kind != SHORT_RUNS.name:
        return ""
    runs, _ = STAGES[0]
    if best.n_repeated:
        return f"It repeats the best of {runs} or more short runs of EM; the M-steps of the others are not counted."
    return (
        f"It began where the best of {runs} or more short runs of EM ended, so it may need few M-steps itself; "
        "theirs are not counted."
    )
