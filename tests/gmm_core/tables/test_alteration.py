"""Data altered on purpose: what moves, what stays, and that caches can tell."""

import numpy as np
import pandas as pd
import pytest

from gmm_core.errors import ParameterError
from gmm_core.tables.alteration import UNALTERED, Alteration, altered
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.preparation import UNLABELLED, Preparation, PreparedData, prepare

RNG = np.random.default_rng(1)
GROUPS = np.repeat([0, 1, 2], 20)


@pytest.fixture
def prepared() -> PreparedData:
    values = RNG.normal(size=(60, 2)) * [1.0, 50.0] + GROUPS[:, None] * [4.0, 300.0]
    table = pd.DataFrame(values, columns=["a", "b"]).assign(kind=GROUPS.astype(str))
    return prepare(Dataset.of("made", table, "made", "kind"), Preparation(("a", "b")))


def means(X: np.ndarray) -> np.ndarray:
    return np.stack([X[group == GROUPS].mean(axis=0) for group in range(3)])


def test_nothing_altered_is_the_data_itself(prepared: PreparedData) -> None:
    assert altered(prepared, UNALTERED, GROUPS) is prepared


def test_pulling_apart_moves_the_groups_and_not_their_rows(prepared: PreparedData) -> None:
    found = altered(prepared, Alteration(distance_factor=2.5), GROUPS)
    np.testing.assert_allclose(means(found.X), 2.5 * means(prepared.X), atol=1e-12)
    within = prepared.X - means(prepared.X)[GROUPS]
    np.testing.assert_allclose(found.X - means(found.X)[GROUPS], within, atol=1e-12)
    np.testing.assert_allclose(found.original, found.X * prepared.scale + prepared.center)


def test_stretching_multiplies_one_column_as_it_is_fitted(prepared: PreparedData) -> None:
    found = altered(prepared, Alteration(stretch_factor=4.0, column=1), GROUPS)
    np.testing.assert_array_equal(found.X[:, 0], prepared.X[:, 0])
    np.testing.assert_allclose(found.X[:, 1], 4.0 * prepared.X[:, 1], atol=1e-12)


def test_an_outlier_is_one_more_row_without_a_label(prepared: PreparedData) -> None:
    found = altered(prepared, Alteration(outlier=(20.0, -700.0)), GROUPS)
    assert found.X.shape == (61, 2)
    np.testing.assert_allclose(found.original[-1], [20.0, -700.0])
    np.testing.assert_allclose(found.X[-1] * prepared.scale + prepared.center, [20.0, -700.0])
    assert found.rows[-1] == 60
    assert found.labels is not None
    assert found.labels[-1] == UNLABELLED
    assert not found.X.flags.writeable


def test_every_alteration_has_a_digest_of_its_own(prepared: PreparedData) -> None:
    alterations = [
        UNALTERED,
        Alteration(distance_factor=2.0),
        Alteration(stretch_factor=2.0),
        Alteration(stretch_factor=2.0, column=1),
        Alteration(outlier=(1.0, 2.0)),
        Alteration(outlier=(1.0, 3.0)),
    ]
    digests = [altered(prepared, each, GROUPS).digest for each in alterations]
    digests.append(altered(prepared, Alteration(distance_factor=2.0), GROUPS[::-1].copy()).digest)
    assert len(set(digests)) == len(digests)


@pytest.mark.parametrize(
    "broken",
    [
        {"distance_factor": 0.0},
        {"stretch_factor": -1.0},
        {"stretch_factor": np.inf},
        {"outlier": (np.nan, 1.0)},
    ],
)
def test_numbers_without_meaning_are_refused(broken: dict[str, object]) -> None:
    with pytest.raises(ParameterError):
        Alteration(**broken)


@pytest.mark.parametrize("wrong", [Alteration(stretch_factor=2.0, column=2), Alteration(outlier=(1.0,))])
def test_what_does_not_fit_the_columns_is_refused(prepared: PreparedData, wrong: Alteration) -> None:
    with pytest.raises(ParameterError, match="2 columns"):
        altered(prepared, wrong, GROUPS)
