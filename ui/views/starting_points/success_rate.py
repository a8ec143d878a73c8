"""How often each kind of start reaches the best optimum, in words and numbers, and remarks on the survey."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from gmm_core.fitting.narrow_components import sentences
from gmm_core.fitting.restart_result import Ending
from gmm_core.studies.optima import EQUAL_LOG_LIKELIHOOD, EQUAL_ROWS
from gmm_core.studies.success_rate import SuccessRate
from ui.figures.base.wording import listed, number, percent
from ui.figures.optima.identity import heights
from ui.shell.kept_place import kept_place
from ui.shell.tables import ORIGINAL
from ui.shell.text import markdown
from ui.views.starting_points.survey import Surveyed


def success_rates(surveyed: Surveyed) -> None:
    """What share of the starts of each kind reached the best, and how many restarts reach it with 99 %."""
    landscape = surveyed.landscape
    best = landscape.best
    if best is None:
        st.markdown(
            f"**No optimum was found**: none of {len(landscape.climbs) + len(landscape.failed):,} starts came to an "
            "end of its own."
        )
        return
    if landscape.specification.n_components == 1:
        st.markdown(
            "**With K = 1 there is only one optimum**, the mean and the covariance of all rows: every start is there "
            "after one step, and n_init = 1 is enough."
        )
        return
    st.caption(
        "EM climbs to a top of the log-likelihood near where it starts: a **local optimum**, which need not be the "
        "highest there is."
    )
    reach = {kind: landscape.reach(best, kind) for kind in landscape.kinds}
    (height,) = heights([surveyed.height(best.log_likelihood)])
    st.markdown(
        f"The best optimum found, **A** (log-likelihood {height}), was reached by {success_rates_in_words(reach)}."
    )
    st.table(success_rate_table(reach), hide_index=True, border="horizontal")


def success_rates_in_words(reach: dict[str, SuccessRate]) -> str:
    """What share of each kind reached it, the largest first, each with its n_init; in one clause, as Markdown."""
    found = sorted((kind for kind in reach if reach[kind].reached), key=lambda kind: -reach[kind].share)
    if len(found) == len(reach) > 1 and all(each.share == 1 for each in reach.values()):
        return f"every start of {listed(_bold(found))} (1 restart is enough)"
    clauses: list[str] = []
    for kind, name in zip(found, _bold(found), strict=True):
        each = reach[kind]
        share = f"all {each.runs}" if each.share == 1 else f"{percent(each.share)} of {each.runs}"
        n_init = f"{each.n_init:,} restarts" if each.n_init != 1 else "1 restart"
        if not clauses:
            n_init += f" {'finds' if each.n_init == 1 else 'find'} it 99 times in 100"
        clauses.append(f"{share} {name} starts ({n_init})")
    never = [kind for kind in reach if kind not in found]
    if never:
        fewest, _ = reach[never[0]].n_init_interval
        names = listed(_bold(never)).replace(" and ", " or ")
        clauses.append(f"none of {reach[never[0]].runs} {names} starts ({fewest:,} or more)")
    return listed(clauses)


def _bold(kinds: list[str]) -> list[str]:
    # A hyphen at which no line breaks: "k-" alone at the end of one would be read as a letter and a dash.
    return [f"**{kind.replace('-', '‑')}**" for kind in kinds]


def success_rate_table(reach: dict[str, SuccessRate]) -> pd.DataFrame:
    """A row per kind of start: the share that reached it and the restarts for 99 %, with their uncertainty."""
    return pd.DataFrame(
        {
            "start": list(reach),
            "share (95 % interval)": [_share(each) for each in reach.values()],
            "n_init for 99 %": [_restarts(each) for each in reach.values()],
        }
    )


def _share(reach: SuccessRate) -> str:
    low, high = (number(100 * end, 2 if end < 0.995 else 3) for end in reach.interval)
    return f"{percent(reach.share)} ({low}–{high} %)"


def _restarts(reach: SuccessRate) -> str:
    fewest, most = reach.n_init_interval
    between = f"{fewest:,} or more" if most is None else f"{fewest:,} to {most:,}"
    return between if reach.n_init is None else f"{reach.n_init:,} ({between})"


def remarks(surveyed: Surveyed) -> None:
    """What the reader must know of this survey, a sentence each."""
    with kept_place():
        for sentence in _remarks(surveyed):
            st.caption(f":material/info: {markdown(sentence, 600)}")


def _remarks(surveyed: Surveyed) -> list[str]:
    landscape = surveyed.landscape
    ended, optima = len(landscape.climbs), landscape.optima
    found = []
    if surveyed.is_sample:
        found.append(
            f"EM climbs here on a random sample of {len(surveyed.rows):,} of the {len(surveyed.prepared.X):,} rows, so "
            "log-likelihoods, BIC and shares are those of the sample."
        )
    if not landscape.complete:
        asked = landscape.asked * len(landscape.kinds)
        found.append(
            f"The survey was stopped after {ended + len(landscape.failed):,} of {asked:,} starts: what follows is of "
            "these."
        )
    if landscape.failed:
        found.append(f"{_starts(len(landscape.failed))} failed and ended in no optimum.")
    if landscape.best is not None and len(landscape.best.runs) == 1 and ended > 1:
        found.append("A single start reached the best, so a better one may well exist.")
    if landscape.found_once and len(optima) > 1:
        were = (
            "was found by a single start"
            if landscape.found_once == 1
            else "were found by a single start each"
        )
        found.append(
            f"{landscape.found_once} of {len(optima)} optima {were}, so about "
            f"{percent(landscape.found_once / ended)} of further starts would end in one not seen here (Good, Turing)."
        )
    found += [f"Optimum A: {sentence}" for sentence in sentences(landscape.narrow)]
    degenerate = [optimum for optimum in optima if optimum.degenerate]
    if degenerate:
        (height,) = heights([surveyed.height(max(optimum.log_likelihood for optimum in degenerate))])
        found.append(
            f"{_starts(sum(len(optimum.runs) for optimum in degenerate))} ended with a component at the variance "
            f"floor: a likelihood that the floor alone bounds (here up to {height}) does not count as the best, since "
            "what narrow components gain by their narrowness is taken off first."
        )
    unfinished = sum(climb.ending is Ending.ITERATION_LIMIT for climb in landscape.climbs)
    if unfinished:
        found.append(
            f"{_starts(unfinished)} still climbed after {landscape.specification.max_iterations:,} iterations: where "
            "they stand may be no optimum."
        )
    return found


def _starts(count: int) -> str:
    return f"{count:,} {'start' if count == 1 else 'starts'}"


def explanation(surveyed: Surveyed) -> None:
    """How optima are told apart and where their numbers come from, folded away."""
    with st.expander("What counts as one optimum, and how the numbers come about"):
        st.markdown("\n".join(f"- {sentence}" for sentence in _explained(surveyed)))


def _explained(surveyed: Surveyed) -> list[str]:
    landscape = surveyed.landscape
    n_rows = landscape.shape[0]
    sentences = [
        "EM climbs the likelihood from where it starts to the nearest top, a **local optimum**; which one that is "
        "depends on the start alone. Here it climbs on until the mean log-likelihood rises by no more than "
        f"{landscape.specification.tolerance:.0e} nats per row.",
        "Runs ended in the **same optimum** if their hard labels agree, however components are numbered, on all but "
        f"{max(1, int(EQUAL_ROWS * n_rows)):,} of {n_rows:,} rows ({percent(EQUAL_ROWS)}, one at least) and their "
        f"log-likelihoods lie within {number(EQUAL_LOG_LIKELIHOOD * n_rows, 3)} nats; from the highest down, each run "
        "joins the first that it agrees with.",
        "If a share s of starts reaches an optimum, n of them miss it with (1 − s)ⁿ: "
        "**n_init = ⌈log 0.01 / log(1 − s)⌉** misses it once in a hundred times. A share out of few "
        "starts is uncertain: the interval (Wilson, 95 %) says what they leave open, for the share and for n_init.",
    ]
    if surveyed.units == ORIGINAL and surveyed.gap:
        gap = number(abs(surveyed.gap), 4)
        sentences.append(
            "Log-likelihoods are those of the columns in **their own units**. As they are fitted, which is how the "
            f"Clusters page tells it, each is {gap} {'higher' if surveyed.gap > 0 else 'lower'} (N Σ log scale); "
            "differences are the same."
        )
    return sentences
