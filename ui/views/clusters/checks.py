"""Checks of whether a Gaussian mixture suits the data: those that need a look are shown, the whole list is folded."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import streamlit as st

from gmm_core.fitting.fit import Fit
from gmm_core.studies.checks.catalogue import CHECKS, findings_of
from gmm_core.studies.checks.check import Check, Finding, Outcome
from gmm_core.studies.checks.evidence import MAX_ROWS, Evidence
from gmm_core.tables.preparation import PreparedData
from ui.shell.analysis import Analysis
from ui.shell.element_identity import kept_place
from ui.shell.text import markdown

_KEY = "checks of this fit"
"""Key of the session state: the `CheckedFit` fit that the visitor looked at last."""
ICONS: dict[Outcome, str] = {
    Outcome.FINE: ":material/check:",
    Outcome.LOOK: ":material/visibility:",
    Outcome.UNKNOWN: ":material/remove:",
}
"""The icon of each outcome."""


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


def show_checks(analysis: Analysis, prepared: PreparedData, fit: Fit) -> None:
    """Show the number of checks per outcome as a line that unfolds to the list, then the checks that need a look."""
    findings = _checked(analysis, prepared, fit).findings
    with kept_place():
        expander = st.expander(summary_line(findings), key="checks", on_change="rerun")
        for key, finding in findings.items():
            if finding.outcome is Outcome.LOOK:
                advice = "" if finding.advised else markdown(CHECKS[key].advice, 500)
                measured = f"{markdown(finding.measured, 1_000)} {advice}".rstrip()
                st.caption(f"{ICONS[Outcome.LOOK]} **{CHECKS[key].title}.** {measured}")
        if expander.open:
            with expander:
                for key, finding in findings.items():
                    _show_finding(CHECKS[key], finding)
                if len(prepared.X) > MAX_ROWS:
                    st.caption(
                        f"What takes long is measured on {MAX_ROWS:,} rows drawn at random, always the same."
                    )


def summary_line(findings: dict[str, Finding]) -> str:
    """The number of checks per outcome: “Checks: 8 fine, 1 to look at”."""
    counts = Counter(finding.outcome for finding in findings.values())
    words = {Outcome.FINE: "fine", Outcome.LOOK: "to look at", Outcome.UNKNOWN: "without an answer"}
    return f"Checks: {', '.join(f'{counts[each]} {words[each]}' for each in words if counts[each])}"


def _show_finding(check: Check, finding: Finding) -> None:
    st.markdown(
        f"{ICONS[finding.outcome]} **{check.title}** · {finding.outcome.value}  \n"
        f"{markdown(finding.measured, 1_000)} {markdown(finding.detail, 500)}".rstrip()
    )
    advice = f"  \nIf not: {markdown(check.advice, 500)}" if finding.outcome is not Outcome.LOOK else ""
    st.caption(f"Limit: {markdown(check.limit, 600)}{advice}")


def _checked(analysis: Analysis, prepared: PreparedData, fit: Fit) -> CheckedFit:
    """The findings for this fit, kept in the session because the page is drawn again whenever a view changes."""
    known: CheckedFit | None = st.session_state.get(_KEY)
    if known is None or known.fit is not fit or known.digest != prepared.digest:
        evidence = Evidence(fit, prepared, analysis.preparation.scaling)
        known = CheckedFit(fit, prepared.digest, findings_of(evidence))
        st.session_state[_KEY] = known
    return known
