"""A setting of a lesson: data, its preparation and a model, read from a table of a lesson's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from gmm_core.errors import ParameterError
from gmm_core.fitting.specification import FitSpecification
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.generators import GENERATORS, generate
from gmm_core.tables.preparation import Preparation, PreparedData, prepare
from gmm_core.tables.samples import SAMPLES, load_sample
from gmm_core.wording import quoted

MODEL = frozenset(field.name for field in fields(FitSpecification))
"""The keys of a table that belong to the fit specification."""
PREPARATION = frozenset(field.name for field in fields(Preparation))
"""The keys of a table that belong to the preparation."""


@dataclass(frozen=True)
class Setting:
    """A data set, the columns and scaling that are used, and the model that is fitted.

    Parameters
    ----------
    data : str
        The name of the data set: a key of `SAMPLES` or `GENERATORS`.
    parameters : tuple of (name, value)
        Parameters of the generator that differ from its defaults.
    columns : tuple of str
        The columns that are fitted; empty for the default columns of the data set.
    scaling : str
        How columns are scaled, a name of `SCALINGS`.
    model : FitSpecification
        The specification of the fit.
    missing : str
        How rows with missing values are treated, a name of `TREATMENTS`.
    label_column : str or None
        The column that clusters are compared with; None for the true labels, if they are known.
    """

    data: str
    parameters: tuple[tuple[str, float], ...] = ()
    columns: tuple[str, ...] = ()
    scaling: str = "standard"
    model: FitSpecification = field(default_factory=lambda: FitSpecification(n_init=4))
    missing: str = "drop"
    label_column: str | None = None

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Setting:
        """Read a setting from a table with `data`, `parameters` and fields of `Preparation` and `FitSpecification`.

        Raises `ParameterError` for any other key, a missing `data`, and an unknown data set.
        """
        unknown = set(table) - MODEL - PREPARATION - {"data", "parameters"}
        if unknown or "data" not in table:
            what = f"{quoted(min(unknown))} is no part of a setting" if unknown else "A setting needs data"
            raise ParameterError(f"{what}: it takes data, parameters and what a preparation and a fit take.")
        if table["data"] not in GENERATORS and table["data"] not in SAMPLES:
            raise ParameterError(
                f"There is no data {quoted(table['data'])}: choose one of {', '.join([*GENERATORS, *SAMPLES])}."
            )
        model_fields = {name: value for name, value in table.items() if name in MODEL}
        return cls(
            table["data"],
            tuple(dict(table.get("parameters", {})).items()),
            tuple(table.get("columns", ())),
            **{name: table[name] for name in sorted(PREPARATION - {"columns"}) if name in table},
            model=FitSpecification(**{"n_init": 4, **model_fields}),
        )

    def dataset(self) -> Dataset:
        """Load or generate the data set."""
        return (
            load_sample(self.data) if self.data in SAMPLES else generate(self.data, **dict(self.parameters))
        )

    def prepared(self) -> PreparedData:
        """The prepared data, with the matrix that is fitted."""
        dataset = self.dataset()
        columns = self.columns or dataset.default_columns()
        return prepare(dataset, Preparation(columns, self.scaling, self.missing, self.label_column))
