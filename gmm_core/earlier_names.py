"""The modules that scripts exported by 0.1 import: each name still works, with a warning that says the present one."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

MOVED = {
    "gmm_core.covariance": "gmm_core.model.covariance",
    "gmm_core.covariance.regularization": "gmm_core.model.covariance.regularization",
    "gmm_core.data": "gmm_core.tables",
    "gmm_core.data.generators": "gmm_core.tables.generators",
    "gmm_core.data.options": "gmm_core.tables.files.options",
    "gmm_core.data.preparation": "gmm_core.tables.preparation",
    "gmm_core.data.reader": "gmm_core.tables.files.reader",
    "gmm_core.data.samples": "gmm_core.tables.samples",
    "gmm_core.estimator": "gmm_core.estimators.gaussian_mixture",
    "gmm_core.fit": "gmm_core.fitting.fit",
    "gmm_core.initialization": "gmm_core.starts.kinds",
    "gmm_core.mixture": "gmm_core.model.mixture",
    "gmm_core.specification": "gmm_core.fitting.specification",
    "gmm_core.takeaway": "gmm_core.export",
    "gmm_core.takeaway.labelled_rows": "gmm_core.export.rows.labelled_rows",
    "gmm_core.takeaway.model": "gmm_core.export.model_file.model",
    "gmm_core.takeaway.model_file": "gmm_core.export.model_file.model_file",
}
"""The module of 0.1, and where what it held is now."""
PACKAGES = ("gmm_core.covariance", "gmm_core.data", "gmm_core.takeaway")
"""Those that hold others."""


class EarlierNames(MetaPathFinder, Loader):
    """Finds the modules of 0.1 that nothing else finds, and fills them with what stands in the present ones."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module of that earlier name; None where it never was one."""
        if fullname not in MOVED:
            return None
        return ModuleSpec(fullname, self, is_package=fullname in PACKAGES)

    def exec_module(self, module: ModuleType) -> None:
        """Give the module all names of the present one; what is imported from a package needs no warning of its own."""
        present = MOVED[module.__name__]
        vars(module).update(
            {name: value for name, value in vars(import_module(present)).items() if not name.startswith("__")}
        )
        if module.__name__ not in PACKAGES:
            warnings.warn(
                f"{module.__name__} is the name of version 0.1: import from gmm_core itself, or from {present}.",
                DeprecationWarning,
                stacklevel=2,
            )
