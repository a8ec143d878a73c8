"""How far a fit can be relied on: whether it ended, and what its checks found."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from gmm_core.fitting.fit import Fit
from gmm_core.fitting.restart_result import Ending
from gmm_core.studies.checks.catalogue import CHECKS, findings_of
from gmm_core.studies.checks.check import Finding, Outcome
from gmm_core.studies.checks.evidence import Evidence
from gmm_core.tables.preparation import PreparedData
from gmm_core.wording import counted
from ui.shell.analysis import Analysis
from ui.shell.verdict import Standing

_KEY = "checks of this fit"
"""Key of the session state: the `CheckedFit` that the visitor looked at last."""


@dataclass(frozen=True, eq=False)
class CheckedFit:
    """The findings of the checks for one fit.

    Parameters
    ----------
    fit : Fit
        The fit.
    digest : str
        The digest of the prepared data.
    findings : dict
        The finding of each check, by the check's key in `CHECKS`.
    """

    fit: Fit
    digest: str
    findings: dict[str, Finding]

    @property
    def looks(self) -> list[str]:
        """The titles of the checks that need a look."""
        return [CHECKS[key].title for key, each in self.findings.items() if each.outcome is Outcome.LOOK]


@dataclass(frozen=True)
class FitStanding:
    """How far a fit can be relied on, and why no farther: a sentence, empty if it is firm."""

    standing: Standing = Standing.FIRM
    reason: str = ""

    def after(self, sentence: str) -> str:
        """The reason, if there is one, after a sentence on what was found."""
        return f"{sentence} {self.reason}".rstrip()


def checked_fit(analysis: Analysis, prepared: PreparedData, fit: Fit) -> CheckedFit:
    """The findings for this fit, kept in the session because a page is drawn again whenever its view changes."""
    known: CheckedFit | None = st.session_state.get(_KEY)
    if known is None or known.fit is not fit or known.digest != prepared.digest:
        evidence = Evidence(fit, prepared, analysis.preparation.scaling)
        known = CheckedFit(fit, prepared.digest, findings_of(evidence))
        st.session_state[_KEY] = known
    return known


def standing_of(fit: Fit, looks: list[str] | tuple[str, ...] = ()) -> FitStanding:
    """The first of these that is so: it was stopped, has not converged, says little, or checks need a look.

    Parameters
    ----------
    fit : Fit
        The fit.
    looks : sequence of str
        The titles of its checks that need a look, for a page whose finding they concern.
    """
    if was_stopped(fit):
        return FitStanding(
            Standing.UNFINISHED, "The fit was stopped before its end, so a better one may exist."
        )
    if not fit.best.converged:
        return FitStanding(Standing.DOUBTFUL, "EM had not converged: allow more iterations.")
    if fit.narrow:
        components = counted(len(fit.narrow), "component")
        return FitStanding(Standing.DOUBTFUL, f"The spread of {components} says little.")
    if fit.criteria.refusal:
        return FitStanding(Standing.DOUBTFUL, "AIC, BIC and ICL mean nothing for this fit.")
    if looks:
        return FitStanding(Standing.DOUBTFUL, f"To look at: {'; '.join(looks)}.")
    return FitStanding()


def was_stopped(fit: Fit) -> bool:
    """True if not every restart that was asked for has ended by itself."""
    return len(fit.runs) < fit.specification.n_init or any(run.ending is Ending.STOPPED for run in fit.runs)
