"""Samples: well-known data sets that come with the package, with their citations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

import pandas as pd
from sklearn.datasets import load_iris, load_wine

from gmm_core.errors import ParameterError
from gmm_core.tables.dataset import Dataset
from gmm_core.wording import quoted


@dataclass(frozen=True)
class Sample:
    """A sample data set; `table` reads it from the package, `description` says what it shows about mixtures."""

    key: str
    title: str
    description: str
    source: str
    label_column: str | None
    table: Callable[[], pd.DataFrame]


def _bundled(name: str) -> pd.DataFrame:
    with (files("gmm_core.tables") / "sample_files" / name).open("rb") as file:
        return pd.read_csv(file)


def _iris() -> pd.DataFrame:
    data = load_iris()
    table = pd.DataFrame(data.data, columns=data.feature_names)
    return table.assign(species=data.target_names[data.target])


CULTIVARS = ("Barolo", "Grignolino", "Barbera")
"""Names of scikit-learn's classes 0, 1, 2; R's package pgmm has the same wines with the names of the cultivars."""


def _wine() -> pd.DataFrame:
    data = load_wine()
    names = [name.replace("_", " ") for name in data.feature_names]
    return pd.DataFrame(data.data, columns=names).assign(
        cultivar=[CULTIVARS[number] for number in data.target]
    )


SAMPLES: dict[str, Sample] = {
    sample.key: sample
    for sample in (
        Sample(
            "faithful",
            "Old Faithful",
            "Eruptions of a geyser, in minutes: two kinds, short and long, the classic of mixtures.",
            "272 eruptions of the Old Faithful geyser, Yellowstone: Azzalini & Bowman (1990), A look at some "
            "data on the Old Faithful geyser, Applied Statistics 39, 357–365, as in R's datasets package.",
            None,
            lambda: _bundled("faithful.csv"),
        ),
        Sample(
            "penguins",
            "Palmer penguins",
            "Four measures of three species of penguin, two of which overlap.",
            "344 penguins of the Palmer Archipelago: Horst, Hill & Gorman (2020), palmerpenguins, "
            "doi:10.5281/zenodo.3960218, CC0, measured by Gorman, Williams & Fraser (2014).",
            "species",
            lambda: _bundled("penguins.csv"),
        ),
        Sample(
            "iris",
            "Iris",
            "Four measures of three species of iris: one stands apart, two touch.",
            "150 flowers: Fisher (1936), The use of multiple measurements in taxonomic problems, Annals of "
            "Eugenics 7, 179–188, measured by Anderson (1935), as in scikit-learn.",
            "species",
            _iris,
        ),
        Sample(
            "wine",
            "Wine",
            "Thirteen chemical measures of wines from three cultivars, on very different scales.",
            "178 wines of Piedmont: Forina, Armanino, Castino & Ubigli (1986), Multivariate data analysis as "
            "a discriminating method of the origin of wines, Vitis 25, 189–201, as in scikit-learn.",
            "cultivar",
            _wine,
        ),
    )
}
"""The sample data sets by their keys, in the order in which they are offered."""


def load_sample(key: str) -> Dataset:
    """The data set of a sample, by its key; raises ParameterError if there is no such sample."""
    if key not in SAMPLES:
        raise ParameterError(f"There is no sample {quoted(key)}: choose one of {', '.join(SAMPLES)}.")
    sample = SAMPLES[key]
    return Dataset.of(sample.title, sample.table(), sample.source, sample.label_column)
