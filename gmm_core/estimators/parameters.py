"""The allowed values of the estimator's parameters, and the error message for any other value."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np

from gmm_core.errors import ParameterError

RELATIVE = "relative"
"""The value of `reg_covar` for a variance floor relative to the data's variance."""
LARGEST_SEED = 2**32 - 1
"""The largest seed that NumPy's `RandomState` accepts."""


@dataclass(frozen=True)
class Allowed:
    """The allowed values of a parameter.

    Parameters
    ----------
    words : str
        Their description, which completes "must be …" in an error message.
    holds : (value) -> bool
        True if the value is allowed.
    """

    words: str
    holds: Callable[[Any], bool]


def whole(least: int, most: float = np.inf) -> Allowed:
    """Allow whole numbers from `least` to `most`, but not True and False."""
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
"""The allowed values by parameter name; starting arrays are checked later, when the data's shape is known."""


def require_allowed(parameters: dict[str, Any], starts: Collection[str]) -> None:
    """Raise `ParameterError` for the first parameter with a value that is not allowed.

    Parameters
    ----------
    parameters : dict
        Values by parameter name.
    starts : collection of str
        The allowed values of `init_params`.
    """
    allowed = {**ALLOWED, "init_params": _one_of(starts)}
    for name, value in parameters.items():
        if name in allowed and not allowed[name].holds(value):
            raise ParameterError(
                f"The {name!r} parameter of GaussianMixture must be {allowed[name].words}, but is {value!r}."
            )


def _one_of(names: Collection[str]) -> Allowed:
    return Allowed(f"one of {', '.join(names)}", lambda value: isinstance(value, str) and value in names)
