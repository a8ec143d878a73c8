"""The numbers of the page Density and anomalies against SciPy, in the units of the file."""

import io

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2, multivariate_normal

from gmm_core.density.anomalies import Anomalies, FarRows
from gmm_core.density.log_density_law import LogDensityLaw
from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.files.spreadsheet_safety import csv
from gmm_core.tables.preparation import Preparation, PreparedData, prepare
from ui.shell.tables import in_original_units
from ui.views.density.anomaly_list import anomaly_table, verdict
from ui.views.density.fitted_density import FittedDensity, log_volume
from ui.views.density.pictures import new_point_table
from ui.views.density.sentences import density_in_words

POINTS = np.array([[170.0, 70.0], [250.0, 20.0], [171.0, 80.0]])


def people(scaling: str) -> tuple[Dataset, PreparedData]:
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "row": rng.normal(170, 10, 200),
            "component 1": rng.normal(70, 8, 200),
            "name": [f"=name{index}" for index in range(200)],
        }
    )
    table.loc[5, "row"] = np.nan
    dataset = Dataset.of("people", table, "Made up.")
    return dataset, prepare(dataset, Preparation(("row", "component 1"), scaling))


def density_of(prepared: PreparedData, n_components: int) -> FittedDensity:
    mixture = fit(prepared.X, FitSpecification(n_components=n_components, n_init=1)).mixture
    return FittedDensity(mixture, prepared, LogDensityLaw.of(mixture, log_volume(prepared)))


@pytest.mark.parametrize("scaling", ["standard", "robust", "none"])
@pytest.mark.parametrize("n_components", [1, 2])
def test_new_points_are_told_in_the_units_of_the_file(scaling: str, n_components: int) -> None:
    _, prepared = people(scaling)
    density = density_of(prepared, n_components)
    found = Anomalies.of(density.of_rows.log_density, density.law, "false alarms", 0.01)
    table = new_point_table(density, found, POINTS)
    original = in_original_units(density.mixture, prepared)
    joint = np.column_stack(
        [
            weight * multivariate_normal(mean, covariance).pdf(POINTS)
            for weight, mean, covariance in zip(
                original.weights, original.means, original.covariances, strict=True
            )
        ]
    )
    np.testing.assert_allclose(table["log-density"], np.log(joint.sum(axis=1)), rtol=1e-8)
    shares = joint / joint.sum(axis=1, keepdims=True)
    for position in range(n_components):
        np.testing.assert_allclose(table[f"component {position + 1}"], shares[:, position], atol=1e-9)
    np.testing.assert_allclose(table["uncertainty"], 1 - shares.max(axis=1), atol=1e-9)
    assert table["below the threshold"].tolist() == ["no", "yes", "no"]
    assert table["region"].iloc[1] == "outside 99%"
    assert table["component 1 (data)"].tolist() == POINTS[:, 1].tolist()
    if n_components == 1:
        from_mean = POINTS - original.means[0]
        squared = np.einsum("ni,ij,nj->n", from_mean, np.linalg.inv(original.covariances[0]), from_mean)
        np.testing.assert_allclose(table["less dense than"], chi2.cdf(squared, 2), atol=1e-9)


def test_the_list_names_the_rows_of_the_file_and_reads_back() -> None:
    dataset, prepared = people("standard")
    density = density_of(prepared, 2)
    found = Anomalies.of(density.of_rows.log_density, density.law, "rows", 0.05)
    table = anomaly_table(density, found, dataset)
    assert len(table) == found.count == 9  # of 199 complete rows
    for _, told in table.iterrows():
        own = dataset.table.iloc[told["row"] - 1]
        assert told["name"] == own["name"]
        assert told["row (data)"] == own["row"]
    read = pd.read_csv(io.BytesIO(csv(table)), encoding="utf-8-sig")
    assert read["name"].tolist() == ["'" + name for name in table["name"]]
    np.testing.assert_allclose(read["log-density"], table["log-density"], rtol=1e-12)


@pytest.mark.parametrize(
    ("count", "far", "words"),
    [
        (0, 0, "No row below the threshold; 10 expected by chance."),
        (9, 0, "That is no more than chance explains: being listed does not make a row wrong."),
        (1, 1, "**It lies more than 5.26 standard deviations from every component**, the farthest 12:"),
        (9, 1, "**One of them lies more than 5.26 standard deviations from every component**"),
        (9, 1, "This row is an outlier, or the clusters have heavier tails than Gaussians."),
        (9, 4, "**4 of them lie more than 5.26 standard deviations from every component**, the farthest 12:"),
        (9, 4, "So many are no more than chance explains, but not how far out they lie."),
        (9, 4, "one so far out comes with a probability of 0.1 % at most."),
        (40, 1, "These rows are outliers, or the clusters have heavier tails than Gaussians."),
        (40, 30, "the mixture does not fit the tails. **30 of them lie"),
        (40, 0, "the mixture does not fit the tails. These rows are outliers"),
    ],
)
def test_how_many_and_how_far_are_judged_each_for_itself(count: int, far: int, words: str) -> None:
    found = Anomalies(-9.0, np.arange(count), 1_000, 0.01)
    told = verdict(found, FarRows(far, 5.257, 12.0))
    assert words in told
    assert ("no more than chance explains: being" in told) == (far == 0 and count == 9)


def test_densities_are_written_also_where_no_float_holds_them() -> None:
    assert density_in_words(np.log(1.28)) == "1.28"
    assert density_in_words(np.log(0.00031)) == "3.1 × 10⁻⁴"
    assert density_in_words(-5_000.0) == "3.37 × 10⁻²¹⁷²"
    assert density_in_words(2_000.0) == "3.88 × 10⁸⁶⁸"
