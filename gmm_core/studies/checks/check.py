"""A check of a fit: a measurement, its limit, and advice for when the limit is exceeded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from gmm_core.studies.checks.evidence import Evidence


class Outcome(Enum):
    """The outcome of a check."""

    FINE = "fine"
    LOOK = "needs a look"
    UNKNOWN = "cannot be judged"


@dataclass(frozen=True)
class Finding:
    """The result of a check.

    Parameters
    ----------
    outcome : Outcome
        Whether the measured value is within the limit.
    measured : str
        A sentence with the measured value.
    detail : str
        Further numbers as a sentence; empty if there are none.
    advised : bool
        True if `measured` already says what to do, so that the check's own advice is not needed.
    """

    outcome: Outcome
    measured: str
    detail: str = ""
    advised: bool = False


@dataclass(frozen=True)
class Check:
    """One reason why a mixture may be the wrong tool for the data, or this fit the wrong mixture.

    Parameters
    ----------
    key : str
        The name of the check in code.
    title : str
        The possible problem, in a few words.
    limit : str
        A sentence with the limit within which the measured value is fine.
    advice : str
        A sentence that says what to do beyond the limit.
    measure : (Evidence) -> Finding
        Runs the check; its time must not grow beyond that for `evidence.MAX_ROWS` rows.
    """

    key: str
    title: str
    limit: str
    advice: str
    measure: Callable[[Evidence], Finding]


def judged(is_fine: bool, measured: str, detail: str = "") -> Finding:
    """A finding whose outcome is `FINE` if `is_fine`, and otherwise `LOOK`."""
    return Finding(Outcome.FINE if is_fine else Outcome.LOOK, measured, detail)


def cannot_tell(why: str) -> Finding:
    """A finding of outcome `UNKNOWN`; `why` is a sentence with the reason."""
    return Finding(Outcome.UNKNOWN, why)
