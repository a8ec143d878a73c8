"""Python warnings of the estimator about components whose spread says little, and about their criteria."""

import pickle
import re
import warnings

import numpy as np
import pytest

from gmm_core import GaussianMixture
from gmm_core.errors import ComponentWarning

RNG = np.random.default_rng(0)
SPIKE = np.concatenate([np.zeros(40), RNG.normal(5.0, 1.0, 200)])[:, None]
ONE_FAR = np.concatenate([RNG.normal(size=(200, 2)), [[1e4, 1e4]]])
APART = np.array([0.0, 1.0, 2.0, 5000.0, 5001.0, 5002.0])[:, None]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (SPIKE, "Component 1 is an atom, on equal rows (40 rows"),
        (ONE_FAR, "Component 2 is isolated, on a few rows far"),
    ],
)
def test_a_component_on_few_different_rows_is_warned_of(rows: np.ndarray, sentence: str) -> None:
    model = GaussianMixture(2, random_state=0, n_init=4)
    with pytest.warns(ComponentWarning, match=re.escape(sentence)) as caught:
        model.fit(rows)
    assert [warning.filename for warning in caught] == [__file__]
    assert any(warning.startswith(sentence) for warning in model.warnings_)


def test_criteria_of_an_atom_warn_where_they_are_asked_for() -> None:
    model = GaussianMixture(2, random_state=0, n_init=4)
    with pytest.warns(ComponentWarning, match="is an atom"):
        model.fit(SPIKE)
    copies = [model, pickle.loads(pickle.dumps(model))]  # noqa: S301 - it was made here
    for each in copies:
        for criterion in (each.aic, each.bic, each.icl):
            with pytest.warns(ComponentWarning, match="AIC, BIC and ICL mean nothing here") as caught:
                criterion(SPIKE)
            assert [warning.filename for warning in caught] == [__file__]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.score(SPIKE)


def test_tight_groups_far_apart_are_nothing_to_warn_of() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = GaussianMixture(2, random_state=0, n_init=4).fit(APART)
        model.bic(APART)
    np.testing.assert_allclose(np.sqrt(model.covariances_.ravel()), np.sqrt(2 / 3))


def test_a_fit_without_one_after_a_fit_with_one_does_not_warn() -> None:
    model = GaussianMixture(2, random_state=0, n_init=4)
    with pytest.warns(ComponentWarning, match="is an atom"):
        model.fit(SPIKE)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(APART).bic(APART)
