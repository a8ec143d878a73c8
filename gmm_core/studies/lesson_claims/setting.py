"""A setting: data, preparation and model, as a small table of a file says them."""

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


@dataclass(frozen=True)
class Setting:
    """What is looked at: a sample or generated data, some of its columns on a scale, and the model fitted to them.

    Parameters
    ----------
    data : str
        A key of `SAMPLES` or `GENERATORS`.
    parameters : tuple of (name, value)
        Of the generator, where they differ from its defaults.
    columns : tuple of str
        What is fitted; nothing for the data's own choice.
    scaling : str
        A name of `SCALINGS`.
    model : FitSpecification
        What is asked of the fit.
    """

    data: str
    parameters: tuple[tuple[str, float], ...] = ()
    columns: tuple[str, ...] = ()
    scaling: str = "standard"
    model: FitSpecification = field(default_factory=lambda: FitSpecification(n_init=4))

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Setting:
        """The setting of a table: `data`, `parameters`, `columns`, `scaling`, and any field of `FitSpecification`.

        Raises `ParameterError` for a key that is none of these, and for a data set that is not there.
        """
        unknown = set(table) - MODEL - {"data", "parameters", "columns", "scaling"}
        if unknown or "data" not in table:
            what = f"{quoted(min(unknown))} is no part of a setting" if unknown else "A setting needs data"
            raise ParameterError(f"{what}: it takes data, parameters, columns, scaling and what a fit takes.")
        if table["data"] not in GENERATORS and table["data"] not in SAMPLES:
            raise ParameterError(
                f"There is no data {quoted(table['data'])}: choose one of {', '.join([*GENERATORS, *SAMPLES])}."
            )
        asked = {name: value for name, value in table.items() if name in MODEL}
        return cls(
            table["data"],
            tuple(dict(table.get("parameters", {})).items()),
            tuple(table.get("columns", ())),
            table.get("scaling", "standard"),
            FitSpecification(**{"n_init": 4, **asked}),
        )

    def dataset(self) -> Dataset:
        """The data set itself."""
        return (
            load_sample(self.data) if self.data in SAMPLES else generate(self.data, **dict(self.parameters))
        )

    def prepared(self) -> PreparedData:
        """The matrix that is fitted."""
        dataset = self.dataset()
        return prepare(dataset, Preparation(self.columns or dataset.default_columns(), self.scaling))
