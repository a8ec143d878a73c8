"""Selects the best restart of a fit, and words the warnings about the restarts."""

from __future__ import annotations

from collections.abc import Sequence

from gmm_core.errors import FitError
from gmm_core.fitting.restart_result import Ending, Run
from gmm_core.wording import counted


def best_run(runs: Sequence[Run]) -> int:
    """The position of the valid run with the highest `Run.score` among those that ended on all rows.

    Raises
    ------
    FitError
        If there is no such run; the message gives the reasons.
    """
    valid = [index for index, run in enumerate(runs) if run.valid and not run.on_sample]
    if not valid:
        reasons = "; ".join(f"restart {index + 1}: {run.reason}" for index, run in enumerate(runs[:5]))
        more = f" (and {len(runs) - 5} more)" if len(runs) > 5 else ""
        raise FitError(f"No restart ended in a valid mixture. {reasons}{more}")
    # A score is at most the log-likelihood, so for most restarts the cost of narrowness need not be computed.
    best, *others = sorted(valid, key=lambda index: (-runs[index].log_likelihood, index))
    for index in others:
        if (-runs[index].log_likelihood, index) > (-runs[best].score, best):
            break
        best = min(best, index, key=lambda position: (-runs[position].score, position))
    return best


def findings(runs: Sequence[Run], best: int) -> list[str]:
    """Warnings about failed restarts, re-initialised components and missing convergence, one sentence each."""
    sentences = []
    failed = [index for index, run in enumerate(runs) if not run.valid]
    if failed:
        sentences.append(
            f"{len(failed)} of {len(runs)} restarts failed; the first because: {runs[failed[0]].reason}"
        )
    final = runs[best]
    if final.reseeded:
        count, steps = len(final.reseeded), len(set(final.reseeded))
        sentences.append(
            "In the best restart a component lost all its points and was re-initialised once."
            if count == 1
            else f"In the best restart components lost all their points and were re-initialised, {count} times in "
            f"{counted(steps, 'step')}."
        )
    if final.ending is Ending.ITERATION_LIMIT:
        sentences.append(
            f"The best restart had not converged after {final.n_iterations} iterations: allow more."
        )
    return sentences
