"""The table of controls: each row reads what it writes, refuses what it does not offer, and is documented."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmm_core.fitting.specification import FitSpecification
from gmm_core.studies.lesson_claims.setting import Setting
from gmm_core.tables.generators import GENERATORS
from gmm_core.tables.preparation import Preparation
from gmm_core.tables.samples import load_sample
from ui.compute.limits import SETTINGS, documented
from ui.shell.control import Control, NotOffered, Place
from ui.shell.control_kinds import Choice, Choices, Number
from ui.shell.controls import CONTROLS, DEFAULT, MODEL, column_controls, controls_at, table

PENGUINS = column_controls(load_sample("penguins"), private=False)
ROWS = [*CONTROLS.values(), *PENGUINS]
EVERY_ROW = pytest.mark.parametrize("row", ROWS, ids=[row.key for row in ROWS])
HOSTILE = (
    "",
    "-1",
    "9" * 5_000,
    "1e308",
    "1e999",
    "NaN",
    "inf",
    "1_0",
    "٣",
    "<script>",
    "\x00\u202e",
    "x" * 100_000,
)


def values_of(row: Control) -> list[Any]:
    """Values that it offers: all of a few, the bounds of numbers."""
    if isinstance(row.kind, Number):
        bounds = row.kind.parameter
        return [row.default, bounds.validated(bounds.minimum), bounds.validated(bounds.maximum)]
    if isinstance(row.kind, Choice):
        return list(row.kind.options)
    if isinstance(row.kind, Choices):
        return [[], [row.kind.options[-1]], list(row.kind.options)]  # type: ignore[index]
    return [True, False]


def test_the_table_of_settings_is_that_of_the_code() -> None:
    written = SETTINGS.read_text(encoding="utf-8")
    assert "| `k` | `n_components` | Components K | a whole number from 1 to 20 | 3 |" in written
    assert table() in written
    assert written == documented("controls", table()), "python -m ui.shell.controls writes it"


def test_every_row_sets_a_field_that_is_there_and_every_control_of_the_model_has_its_default() -> None:
    model = {field.name for field in fields(FitSpecification)}
    for row in controls_at(*MODEL):
        assert row.field in model
        assert row.default == getattr(DEFAULT, row.field)
    preparation = [row.field for row in (*controls_at(Place.PREPARATION), *PENGUINS)]
    assert sorted(preparation) == sorted(field.name for field in fields(Preparation))
    assert {*model, *preparation} <= {
        field.name for kind in (Setting, FitSpecification) for field in fields(kind)
    }
    for generator in GENERATORS.values():
        rows = controls_at(Place.PARAMETERS, source=generator.key)
        assert [row.field for row in rows] == [parameter.name for parameter in generator.parameters]


@EVERY_ROW
def test_a_row_reads_what_it_writes_and_offers_it(row: Control) -> None:
    for value in [row.default, *values_of(row)]:
        assert row.read(row.kind.written(value)) == value
        assert row.required(value) == value
        assert row.kind.nearest(value, row.default) == value


@EVERY_ROW
def test_what_a_row_does_not_offer_is_refused_in_a_sentence(row: Control) -> None:
    for text in HOSTILE:
        try:
            found = row.read([text])
        except NotOffered as refused:
            assert str(refused).startswith(f"{row.label} takes ")
            assert len(str(refused)) < 400
            found = refused.instead
        assert row.kind.offers(found), text
    with pytest.raises(NotOffered):
        row.read(["no such"])
    values: list[Any] = [None, "no such", -1, 1e309, float("nan"), ["no such"], {}]
    for value in values:
        if not row.kind.offers(value):
            with pytest.raises(NotOffered):
                row.required(value)
        assert row.kind.offers(row.kind.nearest(value, row.default)), value


@given(
    texts=st.lists(
        st.text(max_size=30) | st.floats().map(str) | st.integers().map(str), min_size=1, max_size=3
    )
)
def test_any_texts_are_a_value_that_is_offered_or_a_sentence(texts: list[str]) -> None:
    for row in ROWS:
        try:
            found = row.read(texts)
        except NotOffered as refused:
            found = refused.instead
        assert row.kind.offers(found)
        assert row.read(row.kind.written(found)) == found


def test_a_visitors_own_columns_are_in_no_link() -> None:
    own = column_controls(load_sample("penguins"), private=True)
    assert len(own) == 2
    assert all(row.private for row in own)
    assert not any(row.private for row in ROWS)
