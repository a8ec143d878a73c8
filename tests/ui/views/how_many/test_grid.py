"""What the page How many clusters concludes, in sentences: of one component, outliers, nearly all rows and gaps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gmm_core.fitting.narrow_components import NarrowComponent, NarrowKind
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.criteria import Criteria
from gmm_core.studies.checks.wide_components import WideComponent
from gmm_core.studies.model_grid import Cell
from ui.views.how_many.grid import (
    agreement_of_bic_and_icl,
    cautions,
    choice_in_words,
    grid_table,
    remark,
    runners_up,
)
from ui.views.how_many.sweep import Grid

STRAYS = WideComponent(3, 26 / 2_851, 7.86)


def cell(
    n_components: int, *, covariance: str = "full", height: float = -100.0, sure: float = 0.9986
) -> Cell:
    criteria = Criteria(height, 10, 2_851, 0.0)
    return Cell(FitSpecification(n_components, covariance), criteria, sure=sure)


def test_nearly_all_rows_are_not_all() -> None:
    nearly, every = cell(4), cell(4, sure=1.0)
    assert "**BIC and ICL agree** on K = 4, full: 99.9 % of the rows" in agreement_of_bic_and_icl(
        nearly, nearly, 9
    )
    assert ": 100 % of the rows" in agreement_of_bic_and_icl(every, every, 9)
    table = grid_table(Grid((), (replace(nearly, sure=1 - 1e-6), every)))
    assert table["clear rows (p > 95 %)"].tolist() == [99.99, 100.0]


def test_a_component_that_may_gather_outliers_is_named_whatever_the_criteria_agree_on() -> None:
    with_strays = replace(cell(5), wide=(STRAYS,))
    sentence = (
        "component 4, of 26 rows, is spread 7.9 times as widely as the others: it may gather outliers rather than be a "
        "group."
    )
    cell_name = agreement_of_bic_and_icl(with_strays, with_strays, 9)
    assert cell_name.endswith(f"so its components can be read as clusters. But {sentence}")
    for other in (cell(4), cell(5, covariance="tied")):
        assert agreement_of_bic_and_icl(with_strays, other, 9).endswith(f" With K = 5, full, {sentence}")
        assert agreement_of_bic_and_icl(other, other, 9).count("outliers") == 0
    assert remark(with_strays) == "may gather outliers: component 4"


def test_of_the_choice_of_aic_outliers_are_a_caution_of_their_own() -> None:
    chosen, other = replace(cell(6, height=-99.0), wide=(STRAYS,)), cell(5, height=-90.0)
    asked = tuple(FitSpecification(k) for k in range(1, 10))
    (caution,) = cautions(chosen, Grid(asked, (chosen, other)))
    assert caution.startswith("Component 4, of 26 rows, is spread")
    assert not cautions(chosen, Grid(asked, (chosen,)))


def test_one_component_is_no_find_of_one_cluster() -> None:
    one = cell(1, sure=1.0)
    cell_name = agreement_of_bic_and_icl(one, one, 9)
    assert "no sign of several groups" in cell_name
    assert "with K = 1 every row belongs to the only component" in cell_name
    assert "read as clusters" not in cell_name
    assert "%" not in cell_name
    assert agreement_of_bic_and_icl(one, one, 1) == (
        "Only K = 1, full can be judged: the number of clusters cannot be judged without larger K."
    )


def test_with_one_component_no_row_is_unsure() -> None:
    cell_name = agreement_of_bic_and_icl(cell(3, sure=0.9), cell(1, sure=1.0), 9)
    assert "With K = 3, full, 10 % of the rows are less than 95 % sure" in cell_name
    assert "with K = 1, full, there is no other component to belong to." in cell_name


ATOM = NarrowComponent(NarrowKind.ATOM, 0, 80.0, 1, True)
SPURIOUS = NarrowComponent(NarrowKind.SPURIOUS, 1, 2.0, 2, False)


def refused(n_components: int) -> Cell:
    criteria = Criteria(5_000.0, 10, 2_851, 0.0, "AIC, BIC and ICL mean nothing here: it is so.")
    return Cell(FitSpecification(n_components), criteria, narrow=(ATOM,))


def test_of_fits_that_cannot_be_judged_nothing_is_concluded() -> None:
    one, two = cell(1), cell(2, covariance="tied", height=-300.0)
    alone, several, sound = (
        Grid(tuple(each.specification for each in cells), cells)
        for cells in ((one, refused(2)), (one, two, refused(2)), (one, two))
    )
    assert choice_in_words(one, 1, alone, "BIC").startswith("**BIC can judge K = 1, full alone**")
    assert choice_in_words(one, 2, several, "BIC").startswith(
        "**Of the 2 fits that it can judge, BIC chooses K = 1, full**"
    )
    assert choice_in_words(one, 2, sound, "BIC").startswith("**BIC chooses K = 1, full**")
    cell_name = agreement_of_bic_and_icl(one, one, 2, n_refused=1)
    assert "no sign of several groups" not in cell_name and "for 1 fit they mean nothing" in cell_name
    caution = cautions(one, alone)[0].replace("\\", "")
    assert "the first of them K = 2, full: AIC, BIC and ICL mean nothing here" in caution
    assert "Component 1 is an atom, on equal rows" in caution


def test_components_whose_spread_says_little_are_no_clusters() -> None:
    best = replace(cell(3), narrow=(SPURIOUS,))
    cell_name = agreement_of_bic_and_icl(best, best, 9)
    assert "cannot all be read as clusters" in cell_name and "can be read as clusters" not in cell_name
    (caution,) = cautions(best, Grid(tuple(FitSpecification(k) for k in range(1, 10)), (best,)))
    assert caution.startswith("K = 3, full: Component 2 is spurious")


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (1.0, "The gap to the first of them is not worth more than a bare mention."),
        (4.0, "The gap to the first of them is positive evidence."),
        (8.0, "The gap to the first of them is strong evidence."),
        (80.0, "The gap to the first of them is very strong evidence."),
    ],
)
def test_what_a_gap_says_is_a_sentence(gap: float, words: str) -> None:
    order = [cell(2), cell(3, height=-100.0 - gap / 2)]
    assert runners_up(order, "BIC").endswith(words)
    assert runners_up(order, "AIC").endswith("above).")
