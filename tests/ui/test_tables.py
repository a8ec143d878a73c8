"""The tables of parameters say the same in both units."""

import numpy as np
import pandas as pd
import pytest

from gmm_core.data.dataset import Dataset
from gmm_core.data.preparation import Preparation, prepare
from gmm_core.fit import fit
from gmm_core.specification import FitSpecification
from ui.tables import apart, component_table, covariance_table, in_original_units


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
    assert apart(["a", "row", "row (data)"], {"row"}) == ["a", "row (data)", "row (data) (data)"]
