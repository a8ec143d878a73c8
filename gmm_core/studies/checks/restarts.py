"""The check whether several restarts end at the best log-likelihood, so that it is probably the global optimum."""

from __future__ import annotations

from gmm_core.fitting.restart_result import Run
from gmm_core.studies.checks.check import Check, Finding, cannot_tell, judged
from gmm_core.studies.checks.evidence import Evidence
from gmm_core.studies.optima import EQUAL_LOG_LIKELIHOOD
from gmm_core.wording import counted

AGREEING = 2
"""The number of restarts that must end at the best log-likelihood."""


def _restarts(evidence: Evidence) -> Finding:
    fit = evidence.fit
    if len(fit.runs) == 1:
        return cannot_tell("There was one restart, so nothing to compare it with.")
    best = _comparable_log_likelihood(fit.best)
    reached = sum(
        run.valid and abs(best - _comparable_log_likelihood(run)) <= EQUAL_LOG_LIKELIHOOD * evidence.n_rows
        for run in fit.runs
    )
    return judged(
        reached >= AGREEING,
        f"{reached} of {counted(len(fit.runs), 'restart')} ended at the best log-likelihood.",
    )


def _comparable_log_likelihood(run: Run) -> float:
    """The log-likelihood at which a restart ended, in nats; on the sample of the rows if it began on one.

    All restarts use the same sample, but not all go on to all rows, so only values on the sample can be compared.
    """
    return float(run.log_likelihoods[run.n_on_sample - 1]) if run.n_on_sample else run.log_likelihood


RESTARTS = Check(
    "restarts",
    "Restarts that disagree",
    f"At least {AGREEING} restarts end within {EQUAL_LOG_LIKELIHOOD:g} nats per row of the best: a best that was "
    "found once may not be the best there is.",
    "Ask for more restarts, and see Starting points for what the others found.",
    _restarts,
)
