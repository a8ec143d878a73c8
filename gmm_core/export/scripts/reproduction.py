"""Reproduction: everything that is needed to write a script that repeats a fit."""

from __future__ import annotations

from dataclasses import dataclass

from gmm_core.fitting.narrow_components import sentences
from gmm_core.fitting.restart_result import Ending
from gmm_core.fitting.result import Fit
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.origin import Origin
from gmm_core.tables.preparation import Preparation, PreparedData
from gmm_core.wording import counted

LABELLED_ROWS, MODEL_FILE = "labelled_rows.csv", "model.json"
"""Names of the files, downloaded from the page, that a script may read."""


@dataclass(frozen=True, eq=False)
class Reproduction:
    """A fit with its data, the origin of the data, and its preparation."""

    dataset: Dataset
    origin: Origin
    preparation: Preparation
    prepared: PreparedData
    fit: Fit

    @property
    def title(self) -> str:
        """What is fitted, in a few words, without names from the data."""
        specification = self.fit.specification
        components = counted(specification.n_components, "component")
        return f"{components}, {self.fit.structure.name} covariances"

    @property
    def warnings(self) -> tuple[str, ...]:
        """One sentence for each suspiciously narrow component, and one if AIC, BIC and ICL are not defined."""
        refusal = self.fit.criteria.refusal
        return (*sentences(self.fit.narrow), *([] if refusal is None else [refusal]))

    @property
    def unfinished(self) -> str | None:
        """A sentence that says why a script may end at another result than the fit; None if it does not."""
        endings = [run.ending for run in self.fit.runs]
        if Ending.STOPPED in endings or len(self.fit.runs) < self._n_expected:
            return "The fit was stopped before its end: the script goes on to it, and may find a better one."
        return None

    @property
    def _n_expected(self) -> int:
        return self.fit.specification.n_init
