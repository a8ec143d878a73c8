"""Gaussian mixture models: the names that other people's code imports, each loaded when it is first asked for.

These stay where they are; every module below may move. `docs/python.md` describes them.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from gmm_core.earlier_names import EarlierNames

if TYPE_CHECKING:
    from gmm_core.estimators.gaussian_mixture import GaussianMixture
    from gmm_core.export.model_file.model import Model
    from gmm_core.export.model_file.model_file import load_model
    from gmm_core.export.rows.labelled_rows import labelled_rows
    from gmm_core.fitting.fit import fit
    from gmm_core.fitting.specification import FitSpecification
    from gmm_core.model.covariance.regularization import Ridge, VarianceFloor
    from gmm_core.model.mixture import Mixture
    from gmm_core.starts.kinds import GivenLabels, GivenMixture
    from gmm_core.tables.files.options import ReadOptions
    from gmm_core.tables.files.reader import read_file
    from gmm_core.tables.generators import generate
    from gmm_core.tables.preparation import Preparation, prepare
    from gmm_core.tables.samples import load_sample

__all__ = [
    "FitSpecification",
    "GaussianMixture",
    "GivenLabels",
    "GivenMixture",
    "Mixture",
    "Model",
    "Preparation",
    "ReadOptions",
    "Ridge",
    "VarianceFloor",
    "fit",
    "generate",
    "labelled_rows",
    "load_model",
    "load_sample",
    "prepare",
    "read_file",
]

_PLACES = {
    "FitSpecification": "gmm_core.fitting.specification",
    "GaussianMixture": "gmm_core.estimators.gaussian_mixture",
    "GivenLabels": "gmm_core.starts.kinds",
    "GivenMixture": "gmm_core.starts.kinds",
    "Mixture": "gmm_core.model.mixture",
    "Model": "gmm_core.export.model_file.model",
    "Preparation": "gmm_core.tables.preparation",
    "ReadOptions": "gmm_core.tables.files.options",
    "Ridge": "gmm_core.model.covariance.regularization",
    "VarianceFloor": "gmm_core.model.covariance.regularization",
    "fit": "gmm_core.fitting.fit",
    "generate": "gmm_core.tables.generators",
    "labelled_rows": "gmm_core.export.rows.labelled_rows",
    "load_model": "gmm_core.export.model_file.model_file",
    "load_sample": "gmm_core.tables.samples",
    "prepare": "gmm_core.tables.preparation",
    "read_file": "gmm_core.tables.files.reader",
}


class _Face(ModuleType):
    """A package whose public names are hidden by no module of the same name: `gmm_core.fit` was one in 0.1."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _PLACES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])


sys.modules[__name__].__class__ = _Face
sys.meta_path.append(EarlierNames())
