"""A verdict: one that is not firm recommends nothing, and each page says what stands in the way of its own."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from gmm_core.fitting.fit import Fit, fit
from gmm_core.fitting.restart_result import Ending
from gmm_core.fitting.specification import FitSpecification
from gmm_core.number_text import percent
from gmm_core.studies.checks.catalogue import CHECKS
from gmm_core.studies.checks.check import Finding, Outcome
from gmm_core.studies.family_comparison import StructureFit
from gmm_core.tables.generators import generate
from gmm_core.tables.preparation import Preparation, prepare
from ui.shell.fit_standing import CheckedFit, standing_of
from ui.shell.verdict import ModelButton, PageButton, Standing, Verdict
from ui.views.clusters.summary import fit_verdict
from ui.views.covariance_shapes.gallery import shapes_verdict

SPECIFICATION = FitSpecification(2, n_init=2)
FINE = {key: Finding(Outcome.FINE, "Fine.") for key in CHECKS}


@cache
def clean() -> Fit:
    """A fit of two groups that has converged."""
    prepared = prepare(generate("blobs", n_samples=120, centers=2), Preparation(("feature 1", "feature 2")))
    return fit(prepared.X, SPECIFICATION)


def with_best(**changes: Any) -> Fit:
    """The same fit with its best restart changed."""
    found = clean()
    runs = list(found.runs)
    runs[found.best_index] = replace(found.best, **changes)
    return replace(found, runs=tuple(runs))


DOUBTS: dict[str, tuple[Fit, Standing]] = {
    "not converged": (with_best(ending=Ending.ITERATION_LIMIT), Standing.DOUBTFUL),
    "no criteria": (
        replace(clean(), criteria=replace(clean().criteria, refusal="Nothing.")),
        Standing.DOUBTFUL,
    ),
    "stopped in a restart": (with_best(ending=Ending.STOPPED), Standing.UNFINISHED),
    "stopped before a restart": (replace(clean(), runs=(clean().best,), best_index=0), Standing.UNFINISHED),
}


def test_one_that_is_not_firm_recommends_nothing() -> None:
    use = ModelButton("Use it", SPECIFICATION, SPECIFICATION, "use")
    assert Verdict("Found.", button=use).button is use
    for standing in (Standing.DOUBTFUL, Standing.UNFINISHED):
        with pytest.raises(ValueError, match="recommends nothing"):
            Verdict("Found.", button=use, standing=standing)
        assert Verdict("Found.", button=PageButton("See", "data"), standing=standing).button


def test_a_fit_is_firm_until_something_stands_in_the_way() -> None:
    assert standing_of(clean()).standing is Standing.FIRM
    assert standing_of(clean(), ["A title"]).reason == "To look at: A title."


@pytest.mark.parametrize("case", DOUBTS)
def test_the_sentence_of_the_clusters_says_what_is_in_doubt(case: str) -> None:
    doubtful, standing = DOUBTS[case]
    found = fit_verdict(doubtful, CheckedFit(doubtful, "", FINE), 1.0, None)
    assert found.standing is standing
    assert standing_of(doubtful).reason in found.sentence


def test_the_sentence_of_the_clusters_names_the_checks_to_look_at() -> None:
    found = fit_verdict(clean(), CheckedFit(clean(), "", FINE), 0.5, None)
    assert found.standing is Standing.FIRM and "no check" in found.sentence
    assert [number.value for number in found.numbers][1] == percent(0.5)
    findings = {**FINE, "separation": Finding(Outcome.LOOK, "Far apart.")}
    looked = fit_verdict(clean(), CheckedFit(clean(), "", findings), 0.5, None)
    assert looked.standing is Standing.DOUBTFUL and CHECKS["separation"].title in looked.sentence


@pytest.mark.parametrize("case", [None, *DOUBTS])
def test_a_covariance_type_is_recommended_only_if_its_fit_is_firm(case: str | None) -> None:
    fits = {name: fit_of_type(name) for name in ("full", "tied", "diag", "spherical")}
    best = min(fits, key=lambda name: fits[name].criteria.bic or 0.0)
    if case is not None:
        doubtful, _ = DOUBTS[case]
        fits[best] = replace(
            doubtful,
            specification=replace(SPECIFICATION, covariance_type=best),
            criteria=replace(fits[best].criteria, refusal=doubtful.criteria.refusal),
        )
    shown = [StructureFit(found.structure, found) for found in fits.values()]
    verdict = shapes_verdict(shown, SPECIFICATION)
    if case is None:
        assert isinstance(verdict.button, ModelButton) and verdict.button.wanted.covariance_type == best
    elif fits[best].criteria.bic is not None:  # without a criterion, BIC chooses among the others
        assert verdict.button is None and standing_of(fits[best]).reason in verdict.sentence


@cache
def fit_of_type(name: str) -> Fit:
    """The same rows with another covariance type."""
    prepared = prepare(generate("blobs", n_samples=120, centers=2), Preparation(("feature 1", "feature 2")))
    return fit(prepared.X, replace(SPECIFICATION, covariance_type=name))


def test_a_strip_has_sentence_number_and_button() -> None:
    def page() -> None:
        from gmm_core.fitting.specification import FitSpecification
        from ui.shell.verdict import ModelButton, Number, Verdict, show_verdict

        now = FitSpecification()
        use = ModelButton("Use it", FitSpecification(5), now, "use")
        show_verdict(Verdict("Found.", (Number("BIC", "−3", change="−1", better=True),), use))
        ModelButton("Use it", now, now, "again").draw()

    app = AppTest.from_function(page).run()
    assert not app.exception
    assert app.markdown[0].value == "Found."
    assert (app.metric[0].value, app.metric[0].delta) == ("−3", "−1")
    assert app.button(key="use").label == "Use it" and not app.button(key="use").disabled
    assert app.button(key="again").label == "In use ✓" and app.button(key="again").disabled
