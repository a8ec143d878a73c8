"""The subject of a report: a fit with its data, preparation and scripts."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from gmm_core.arrays import FloatArray
from gmm_core.fitting.fit import Fit
from gmm_core.model.mixture import Mixture
from gmm_core.model.standardization import Standardization
from gmm_core.studies.checks.catalogue import findings_of
from gmm_core.studies.checks.check import Finding
from gmm_core.studies.checks.evidence import Evidence
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.preparation import Preparation, PreparedData


@dataclass(frozen=True)
class Script:
    """A program that repeats the fit: its library, what it does, and its text."""

    title: str
    meaning: str
    text: str


@dataclass(frozen=True, eq=False)
class Subject:
    """A fit with everything that it was made from.

    Parameters
    ----------
    dataset, prepared, preparation, fit
        The data as it was read, the prepared data, the preparation, and the result of the fit.
    colour_numbers : (K,)
        The colour number of each component.
    reading : tuple of (what, how)
        How a file was read, such as its delimiter and encoding; empty for other data.
    address : str or None
        A link that opens the app with this fit; None if no link can, as for a file.
    scripts : tuple of Script
        The programs that repeat the fit without the app.
    """

    dataset: Dataset
    prepared: PreparedData
    preparation: Preparation
    fit: Fit
    colour_numbers: tuple[int, ...]
    reading: tuple[tuple[str, str], ...] = ()
    address: str | None = None
    scripts: tuple[Script, ...] = field(default=())

    @property
    def fitted(self) -> Mixture:
        """The mixture in the units of the fit."""
        return self.fit.mixture

    @cached_property
    def original(self) -> Mixture:
        """The mixture in the columns' own units."""
        return Standardization(self.prepared.center, self.prepared.scale).restored(self.fitted)

    @property
    def is_rescaled(self) -> bool:
        """True if the units of the fit differ from the columns' own."""
        return bool((self.prepared.scale != 1).any() or (self.prepared.center != 0).any())

    @cached_property
    def responsibilities(self) -> FloatArray:
        """r_nk, shape (N, K)."""
        return self.fitted.responsibilities(self.prepared.X)

    @cached_property
    def findings(self) -> dict[str, Finding]:
        """The finding of each check of the fit."""
        return findings_of(Evidence(self.fit, self.prepared, self.preparation.scaling))
