"""The tables of parameters say the same in both units."""

import numpy as np
import pandas as pd
import pytest

from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.mixture import Mixture
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.preparation import Preparation, prepare
from ui.shell.tables import (
    component_profile,
    component_table,
    covariance_table,
    date_formats,
    distinct_names,
    in_original_units,
    profile_in_short,
)


@pytest.mark.parametrize("scaling", ["standard", "robust", "none"])
def test_original_units_are_those_of_the_file(scaling: str) -> None:
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"height": rng.normal(170, 10, 200), "weight": rng.normal(70, 8, 200)})
    prepared = prepare(Dataset.of("people", table, "Made up."), Preparation(("height", "weight"), scaling))
    mixture = fit(prepared.X, FitSpecification(n_components=1, n_init=1)).mixture
    original = in_original_units(mixture, prepared)
    np.testing.assert_allclose(original.means[0], table.mean(), rtol=1e-9)
    np.testing.assert_allclose(original.covariances[0], np.cov(table.T, bias=True), rtol=1e-9)
    shown = component_table(original, prepared.columns)
    assert list(shown.columns) == ["component", "weight", "mean of height", "mean of weight"]
    assert shown.loc[0, "weight"] == pytest.approx(1.0)
    covariances = covariance_table(original, prepared.columns)
    assert covariances["column"].tolist() == ["height", "weight"]
    assert covariances.loc[0, "weight"] == pytest.approx(covariances.loc[1, "height"])


def test_names_of_a_file_are_told_apart_from_those_taken_and_from_each_other() -> None:
    assert distinct_names(["a", "row", "row (data)"], {"row"}) == ["a", "row (data)", "row (data) (data)"]


def test_components_side_by_side_are_told_in_short() -> None:
    mixture = Mixture(
        np.array([0.25, 0.75]),
        np.array([[-3.14159, 1e-7], [12_345.6, 2e17]]),
        np.array([np.diag([4.0, 9.0])] * 2),
    )
    columns = ("height", "component")
    profile = component_profile(mixture, columns, [1_000, 3_000])
    assert profile["component"].tolist() == [
        "weight",
        "rows assigned",
        "mean of height",
        "mean of component",
        "standard deviation of height",
        "standard deviation of component",
    ]
    told = profile_in_short(profile, columns)
    assert told["component"].tolist() == ["weight", "rows assigned", "height", "component"]
    assert told["1"].tolist() == ["0.25", "1,000", "−3.142 ± 2", "10⁻⁷ ± 3"]
    assert told["2"].tolist() == ["0.75", "3,000", "12,346 ± 2", "2 × 10¹⁷ ± 3"]
    alone = profile_in_short(component_profile(mixture, columns), columns)
    assert alone["component"].tolist() == ["weight", "height", "component"]


def test_dates_without_a_time_of_day_are_shown_without_one() -> None:
    day = pd.to_datetime(["2021-01-01", None, "2021-02-03"])
    table = pd.DataFrame({"day": day, "moment": day + pd.Timedelta(hours=1), "x": [1, 2, 3]})
    assert list(date_formats(table)) == ["day"]
