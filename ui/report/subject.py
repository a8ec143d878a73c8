"""What a report is about."""

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
    """A program that makes the fit again: with which library, what it does, and its text."""

    title: str
    meaning: str
    text: str


@dataclass(frozen=True, eq=False)
class Subject:
    """A fit with all that it was made of.

    Parameters
    ----------
    dataset, prepared, preparation, fit
        The data as it was read, what was fitted, how the one became the other, and what came of it.
    colour_numbers : (K,)
        The place of each component in the palette.
    reading : tuple of (what, how)
        How the file was read: its delimiter, its encoding; nothing where the data is no file.
    address : str or None
        A link that opens the app on this fit; None where no link can, as with a file.
    scripts : tuple of Script
        What makes the fit again without the app.
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
        """True if the units of the fit are others than the columns' own."""
        return bool((self.prepared.scale != 1).any() or (self.prepared.center != 0).any())

    @cached_property
    def responsibilities(self) -> FloatArray:
        """r_nk, shape (N, K)."""
        return self.fitted.responsibilities(self.prepared.X)

    @cached_property
    def findings(self) -> dict[str, Finding]:
        """What each check of the fit found."""
        return findings_of(Evidence(self.fit, self.prepared, self.preparation.scaling))
