"""The check for components whose covariance is not a reliable estimate: atoms, isolated, spurious and flat ones."""

from __future__ import annotations

from gmm_core.fitting.narrow_components import sentences
from gmm_core.studies.checks.check import Check, Finding, Outcome, judged
from gmm_core.studies.checks.evidence import Evidence


def _narrow(evidence: Evidence) -> Finding:
    narrow = evidence.fit.narrow
    if not narrow:
        return judged(True, f"The spread of all {evidence.n_components} is reliable.")
    return Finding(Outcome.LOOK, " ".join(sentences(narrow)), advised=True)


NARROW_COMPONENTS = Check(
    "narrow",
    "Components whose spread says little",
    "None: a component on equal rows (an atom), on a few far ones (isolated) or on too few to spread (spurious) has a "
    "likelihood that says how narrow it may be, not how good the model is.",
    "Treat equal rows as a group of their own, see whether far rows are errors, and where rows are few use fewer "
    "components, a simpler covariance type or a higher regularisation.",
    _narrow,
)
