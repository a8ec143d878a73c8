"""Checks of whether a Gaussian mixture suits the data: one line that unfolds to the list, those to look at first."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from gmm_core.number_text import whole
from gmm_core.studies.checks.catalogue import CHECKS
from gmm_core.studies.checks.check import Check, Finding, Outcome
from gmm_core.studies.checks.evidence import MAX_ROWS
from ui.shell.element_identity import kept_place
from ui.shell.text import markdown

LIST_HEIGHT = 360
"""Height of the list in pixels: what is longer scrolls, so that the picture beside it stays in sight."""
ICONS: dict[Outcome, str] = {
    Outcome.FINE: ":material/check:",
    Outcome.LOOK: ":material/visibility:",
    Outcome.UNKNOWN: ":material/remove:",
}
"""The icon of each outcome."""


def show_checks(findings: dict[str, Finding], n_rows: int) -> None:
    """Show the number of checks per outcome as a line that unfolds to the list."""
    with kept_place():
        expander = st.expander(summary_line(findings), key="checks", on_change="rerun")
        if expander.open:
            with expander, st.container(height=LIST_HEIGHT, border=False):
                for key, finding in in_order(findings):
                    _show_finding(CHECKS[key], finding)
                if n_rows > MAX_ROWS:
                    st.caption(
                        f"What takes long is measured on {whole(MAX_ROWS)} rows drawn at random, always the same."
                    )


def summary_line(findings: dict[str, Finding]) -> str:
    """The number of checks per outcome: “Checks: 8 fine, 1 to look at”."""
    counts = Counter(finding.outcome for finding in findings.values())
    words = {Outcome.FINE: "fine", Outcome.LOOK: "to look at", Outcome.UNKNOWN: "without an answer"}
    return f"Checks: {', '.join(f'{counts[each]} {words[each]}' for each in words if counts[each])}"


def in_order(findings: dict[str, Finding]) -> list[tuple[str, Finding]]:
    """The findings with the checks' keys: those that need a look first, else in the order of the checks."""
    return sorted(findings.items(), key=lambda item: item[1].outcome is not Outcome.LOOK)


def _show_finding(check: Check, finding: Finding) -> None:
    st.markdown(
        f"{ICONS[finding.outcome]} **{check.title}** · {finding.outcome.value}  \n"
        f"{markdown(finding.measured, 1_000)} {markdown(finding.detail, 500)}".rstrip()
    )
    looks = finding.outcome is Outcome.LOOK
    told = "" if looks and finding.advised else markdown(check.advice, 500)
    advice = f"  \n{'' if looks else 'If not: '}{told}" if told else ""
    st.caption(f"Limit: {markdown(check.limit, 600)}{advice}")
