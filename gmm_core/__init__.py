"""Gaussian mixture models: what most people import, loaded when it is first asked for.

`fit` stands in the module of its own name: `from gmm_core.fitting.fit import fit`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gmm_core.estimators.gaussian_mixture import GaussianMixture
    from gmm_core.export.model_file.model_file import load_model
    from gmm_core.fitting.specification import FitSpecification
    from gmm_core.model.mixture import Mixture

__all__ = ["FitSpecification", "GaussianMixture", "Mixture", "load_model"]

_PLACES = {
    "FitSpecification": "gmm_core.fitting.specification",
    "GaussianMixture": "gmm_core.estimators.gaussian_mixture",
    "Mixture": "gmm_core.model.mixture",
    "load_model": "gmm_core.export.model_file.model_file",
}


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
