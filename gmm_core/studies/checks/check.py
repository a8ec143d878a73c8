"""A check: what is measured, what the limit is, what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from gmm_core.studies.checks.evidence import Evidence


class Outcome(Enum):
    """What came of a check."""

    FINE = "fine"
    LOOK = "needs a look"
    UNKNOWN = "cannot be told"


@dataclass(frozen=True)
class Finding:
    """What was measured, in a sentence, how that compares with the limit, and more numbers for whoever asks.

    `advised` says whether the sentence itself tells what to do, so that the check's own advice is not needed.
    """

    outcome: Outcome
    measured: str
    detail: str = ""
    advised: bool = False


@dataclass(frozen=True)
class Check:
    """One thing that makes a mixture the wrong tool, or this one the wrong mixture.

    Parameters
    ----------
    key : str
        Its name in code.
    title : str
        What is checked, in a few words.
    limit : str
        Within what the measured value is fine, as a sentence.
    advice : str
        What to do where it is not, as a sentence.
    measure : (Evidence) -> Finding
        Takes no more time on many rows than on `evidence.MAX_ROWS`.
    """

    key: str
    title: str
    limit: str
    advice: str
    measure: Callable[[Evidence], Finding]


def judged(is_fine: bool, measured: str, detail: str = "") -> Finding:
    """A finding that is fine or needs a look."""
    return Finding(Outcome.FINE if is_fine else Outcome.LOOK, measured, detail)


def untold(why: str) -> Finding:
    """A finding that says why there is none."""
    return Finding(Outcome.UNKNOWN, why)
