"""The parameters in a report: weights, means, standard deviations and covariances, in both units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gmm_core.model.mixture import Mixture
from ui.report.subject import Subject
from ui.report.table import Table
from ui.shell.tables import component_profile

MAX_IN_A_MATRIX = 12
"""The largest number of columns for which covariance matrices are shown."""


@dataclass(frozen=True)
class Parameters:
    """The parameters in one of the units: tables of components and covariances, or a remark why these are missing."""

    title: str
    tables: tuple[Table, ...]
    covariances: tuple[Table, ...]
    remark: str


def parameters(subject: Subject) -> list[Parameters]:
    """The parameters in the data's own units and, if these differ, in those of the fit."""
    tables = [_parameters("In the data's own units", subject.original, subject)]
    if subject.is_rescaled:
        tables.append(_parameters("As fitted", subject.fitted, subject))
    return tables


def _parameters(title: str, mixture: Mixture, subject: Subject) -> Parameters:
    remark, matrices = _covariances(mixture, subject)
    return Parameters(title, _components(mixture, subject).split(), matrices, remark)


def _components(mixture: Mixture, subject: Subject) -> Table:
    """A column for each component; rows for weight, number of rows, and mean and standard deviation of each column."""
    counts = np.bincount(subject.responsibilities.argmax(axis=1), minlength=mixture.n_components)
    frame = component_profile(mixture, subject.prepared.columns, counts.tolist())
    table = Table.of("Weights, means and standard deviations", frame)
    return Table(table.caption, table.heads, table.rows, (False, *(True,) * mixture.n_components))


def _covariances(mixture: Mixture, subject: Subject) -> tuple[str, tuple[Table, ...]]:
    structure, columns = subject.fit.structure, subject.prepared.columns
    if len(columns) == 1:
        return "With one column the covariance is the square of the standard deviation.", ()
    if structure.is_axis_aligned:
        return f"Covariances of {structure.name} are 0 off the diagonal: the deviations above say it all.", ()
    if len(columns) > MAX_IN_A_MATRIX:
        return (
            f"The covariance matrices have {len(columns):,} columns each and are not printed; the model file that "
            "the app offers holds them.",
            (),
        )
    matrices = mixture.covariances
    shared = structure.is_shared
    tables: list[Table] = []
    for position, matrix in enumerate(matrices[:1] if shared else matrices):
        frame = pd.DataFrame(matrix, columns=list(columns))
        frame.insert(0, "", list(columns), allow_duplicates=True)
        whose = "all components" if shared else f"component {position + 1}"
        tables += Table.of(f"Covariance matrix of {whose}", frame).split()
    return "", tuple(tables)
