"""How often each kind of start reaches the best optimum, in words and numbers, and remarks on the survey."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from gmm_core.fitting.narrow_components import sentences
from gmm_core.fitting.restart_result import Ending
from gmm_core.studies.optima import EQUAL_LOG_LIKELIHOOD, EQUAL_ROWS
from gmm_core.studies.success_rate import SuccessRate
from ui.figures.base.wording import listed, number, percent
from ui.figures.optima.identity import log_likelihood_texts
from ui.shell.element_identity import kept_place
from ui.shell.tables import ORIGINAL
from ui.shell.text import markdown
from ui.views.starting_points.survey import SurveyInUnits


def show_success_rates(surveyed: SurveyInUnits) -> None:
    """Show the share of each kind of start that reached the best optimum, and the n_init that does so with 99 %."""
    survey = surveyed.survey
    best = survey.best
    if best is None:
        st.markdown(
            f"**No optimum was found**: none of {len(survey.restarts) + len(survey.failed):,} starts "
            "ended in one."
        )
        return
    if survey.specification.n_components == 1:
        st.markdown(
            "**With K = 1 there is only one optimum**, the mean and the covariance of all rows: every start "
            "reaches it in one step, and n_init = 1 is enough."
        )
        return
    st.caption(
        "EM ends in a maximum of the log-likelihood near its start: a **local optimum**, which need not be the "
        "highest maximum."
    )
    rates = {kind: survey.success_rate(best, kind) for kind in survey.kinds}
    (height,) = log_likelihood_texts([surveyed.log_likelihood(best.log_likelihood)])
    st.markdown(
        f"The best optimum found, **A** (log-likelihood {height}), was reached by {success_rates_in_words(rates)}."
    )
    st.table(success_rate_table(rates), hide_index=True, border="horizontal")


def success_rates_in_words(rates: dict[str, SuccessRate]) -> str:
    """The shares of the starts that reached the optimum, the largest first, each with its n_init; in Markdown."""
    reaching = sorted((kind for kind in rates if rates[kind].reached), key=lambda kind: -rates[kind].share)
    if len(reaching) == len(rates) > 1 and all(each.share == 1 for each in rates.values()):
        return f"every start of {listed(_bold(reaching))} (1 restart is enough)"
    clauses: list[str] = []
    for kind, name in zip(reaching, _bold(reaching), strict=True):
        each = rates[kind]
        share = f"all {each.runs}" if each.share == 1 else f"{percent(each.share)} of {each.runs}"
        n_init = f"{each.n_init:,} restarts" if each.n_init != 1 else "1 restart"
        if not clauses:
            n_init += f" {'finds' if each.n_init == 1 else 'find'} it 99 times in 100"
        clauses.append(f"{share} {name} starts ({n_init})")
    never = [kind for kind in rates if kind not in reaching]
    if never:
        fewest, _ = rates[never[0]].n_init_interval
        names = listed(_bold(never)).replace(" and ", " or ")
        clauses.append(f"none of {rates[never[0]].runs} {names} starts ({fewest:,} or more)")
    return listed(clauses)


def _bold(kinds: list[str]) -> list[str]:
    """The names of kinds of start in bold type."""
    # A hyphen at which no line breaks: "k-" alone at the end of one would be read as a letter and a dash.
    return [f"**{kind.replace('-', '‑')}**" for kind in kinds]


def success_rate_table(rates: dict[str, SuccessRate]) -> pd.DataFrame:
    """A row per kind of start: the share that reached the optimum and the n_init for 99 %, with their uncertainty."""
    return pd.DataFrame(
        {
            "start": list(rates),
            "share (95 % interval)": [_share_in_words(each) for each in rates.values()],
            "n_init for 99 %": [_restarts_in_words(each) for each in rates.values()],
        }
    )


def _share_in_words(rates: SuccessRate) -> str:
    """The share with its 95 % interval, in percent."""
    low, high = (number(100 * end, 2 if end < 0.995 else 3) for end in rates.interval)
    return f"{percent(rates.share)} ({low}–{high} %)"


def _restarts_in_words(rates: SuccessRate) -> str:
    """The n_init that reaches the optimum with a probability of 99 %, and its interval."""
    fewest, most = rates.n_init_interval
    between = f"{fewest:,} or more" if most is None else f"{fewest:,} to {most:,}"
    return between if rates.n_init is None else f"{rates.n_init:,} ({between})"


def show_remarks(surveyed: SurveyInUnits) -> None:
    """Show what the reader has to know about this survey, a sentence each."""
    with kept_place():
        for sentence in _remark_sentences(surveyed):
            st.caption(f":material/info: {markdown(sentence, 600)}")


def _remark_sentences(surveyed: SurveyInUnits) -> list[str]:
    survey = surveyed.survey
    ended, optima = len(survey.restarts), survey.optima
    texts = []
    if surveyed.is_sample:
        texts.append(
            f"EM runs here on a random sample of {len(surveyed.rows):,} of the {len(surveyed.prepared.X):,} rows, so "
            "log-likelihoods, BIC and shares are those of the sample."
        )
    if not survey.complete:
        n_starts = survey.n_starts * len(survey.kinds)
        texts.append(
            f"The survey was stopped after {ended + len(survey.failed):,} of {n_starts:,} starts: what follows is of "
            "these."
        )
    if survey.failed:
        texts.append(f"{_starts_in_words(len(survey.failed))} failed and ended in no optimum.")
    if survey.best is not None and len(survey.best.runs) == 1 and ended > 1:
        texts.append("Only one start reached the best, so a better optimum may well exist.")
    if survey.n_reached_once and len(optima) > 1:
        were = (
            "was found by a single start"
            if survey.n_reached_once == 1
            else "were found by a single start each"
        )
        texts.append(
            f"{survey.n_reached_once} of {len(optima)} optima {were}, so about "
            f"{percent(survey.n_reached_once / ended)} of further starts would end in one not seen here (Good, Turing)."
        )
    texts += [f"Optimum A: {sentence}" for sentence in sentences(survey.narrow)]
    degenerate = [optimum for optimum in optima if optimum.degenerate]
    if degenerate:
        highest = max(optimum.log_likelihood for optimum in degenerate)
        (height,) = log_likelihood_texts([surveyed.log_likelihood(highest)])
        texts.append(
            f"{_starts_in_words(sum(len(optimum.runs) for optimum in degenerate))} ended with a component at the "
            f"variance floor, where only the floor bounds the likelihood (here up to {height}). They do not count as "
            "the best, since the gain from narrow components is subtracted first."
        )
    unfinished = sum(restart.ending is Ending.ITERATION_LIMIT for restart in survey.restarts)
    if unfinished:
        texts.append(
            f"{_starts_in_words(unfinished)} had not converged after {survey.specification.max_iterations:,} iterations"
            ": they may not have reached an optimum."
        )
    return texts


def _starts_in_words(count: int) -> str:
    return f"{count:,} {'start' if count == 1 else 'starts'}"


def show_explanation(surveyed: SurveyInUnits) -> None:
    """Show how optima are distinguished and how the numbers are computed, in an expander."""
    with st.expander("What counts as one optimum, and how the numbers are computed"):
        st.markdown("\n".join(f"- {sentence}" for sentence in _explanation_sentences(surveyed)))


def _explanation_sentences(surveyed: SurveyInUnits) -> list[str]:
    survey = surveyed.survey
    n_rows = survey.shape[0]
    sentences = [
        "EM raises the likelihood from its start until it reaches a **local optimum**; which one depends on the start "
        "alone. Here it continues until the mean log-likelihood rises by no more than "
        f"{survey.specification.tolerance:.0e} nats per row.",
        "Runs ended in the **same optimum** if their hard labels agree, however components are numbered, on all but "
        f"{max(1, int(EQUAL_ROWS * n_rows)):,} of {n_rows:,} rows ({percent(EQUAL_ROWS)}, one at least) and their "
        f"log-likelihoods lie within {number(EQUAL_LOG_LIKELIHOOD * n_rows, 3)} nats; from the highest down, each run "
        "joins the first that it agrees with.",
        "If a share s of starts reaches an optimum, n of them miss it with (1 − s)ⁿ: "
        "**n_init = ⌈log 0.01 / log(1 − s)⌉** misses it once in a hundred times. A share out of few "
        "starts is uncertain: the interval (Wilson, 95 %) shows how much, for the share and for n_init.",
    ]
    if surveyed.units == ORIGINAL and surveyed.log_volume:
        difference = number(abs(surveyed.log_volume), 4)
        sentences.append(
            "Log-likelihoods are those of the columns in **their own units**. In the units of the fit, as on the "
            f"Clusters page, each is {difference} {'higher' if surveyed.log_volume > 0 else 'lower'} "
            "(N Σ log scale); differences are the same."
        )
    return sentences
