"""What each parameter of the estimator may be, and the sentence that refuses what it may not."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np

from gmm_core.errors import ParameterError

RELATIVE = "relative"
LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True)
class Allowed:
    """What a parameter may be, in words and as a test of a value."""

    words: str
    holds: Callable[[Any], bool]


def whole(least: int, most: float = np.inf) -> Allowed:
    """A whole number of at least `least`; True and False are none."""
    words = f"a whole number of at least {least}" + (f" and at most {most}" if most < np.inf else "")
    return Allowed(words, lambda value: _is_whole(value) and least <= value <= most)


def _is_whole(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool | np.bool_)


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_)


def _is_switch(value: Any) -> bool:
    return isinstance(value, bool | np.bool_)


ALLOWED = {
    "n_components": whole(1),
    "covariance_type": Allowed("a name", lambda value: isinstance(value, str)),
    "tol": Allowed("a finite number of at least 0", lambda value: _is_number(value) and 0 <= value < np.inf),
    "reg_covar": Allowed(
        f"a number of at least 0, {RELATIVE!r}, a VarianceFloor or a Ridge",
        lambda value: (
            (_is_number(value) and 0 <= value < np.inf)
            or (isinstance(value, str) and value == RELATIVE)
            or hasattr(value, "applied")
        ),
    ),
    "max_iter": whole(0),
    "n_init": whole(1),
    "random_state": Allowed(
        f"None, a RandomState or a whole number from 0 to {LARGEST_SEED}",
        lambda value: (
            value is None
            or isinstance(value, np.random.RandomState)
            or (_is_whole(value) and 0 <= value <= LARGEST_SEED)
        ),
    ),
    "warm_start": Allowed("True or False", _is_switch),
    "keep_history": Allowed("True or False", _is_switch),
    "verbose": Allowed(
        "True, False or a whole number of at least 0",
        lambda value: _is_switch(value) or (_is_whole(value) and value >= 0),
    ),
    "verbose_interval": whole(1),
}
"""By the name of the parameter; the arrays to start from are looked at once the shape of the data is known."""


def require_allowed(parameters: dict[str, Any], starts: Collection[str]) -> None:
    """Raise `ParameterError`, which names the parameter, for the first value that may not be."""
    allowed = {**ALLOWED, "init_params": _one_of(starts)}
    for name, value in parameters.items():
        if name in allowed and not allowed[name].holds(value):
            raise ParameterError(
                f"The {name!r} parameter of GaussianMixture must be {allowed[name].words}, but is {value!r}."
            )


def _one_of(names: Collection[str]) -> Allowed:
    return Allowed(f"one of {', '.join(names)}", lambda value: isinstance(value, str) and value in names)
