"""Whatever an address says of a control, the control holds a value that it offers, and every page is drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from gmm_core.fitting.specification import FitSpecification
from tests.ui.links.packed import token
from ui.compute.limits import LIMITS
from ui.shell.controls import DEFAULT

REPOSITORY = Path(__file__).parents[2]
PAGES = sorted(str(page.relative_to(REPOSITORY)) for page in (REPOSITORY / "pages").glob("*/*.py"))
HOSTILE = (
    "-1",
    "9" * 300,
    "1e308",
    "NaN",
    "-0.0000001",
    "<script>alert(1)</script>",
    "\x00\u202e",
    "../../etc/passwd",
    "٣",
    "full,full,nope",
    "x" * 100_000,
    ["1", "2", "3"],
)
KINDS = (
    "selectbox",
    "multiselect",
    "slider",
    "select_slider",
    "number_input",
    "text_input",
    "button_group",
    "checkbox",
    "toggle",
)


def controls(app: AppTest) -> dict[str, Any]:
    return {widget.key: widget for kind in KINDS for widget in app.get(kind) if widget.key}


def assert_offered(widget: Any) -> None:
    """The value is one of those that the control offers."""
    kind, value = widget.type, widget.value
    if kind in ("slider", "number_input"):
        assert widget.min is None or value >= widget.min, (widget.key, value)
        assert widget.max is None or value <= widget.max, (widget.key, value)
    elif kind == "text_input":
        assert not widget.proto.max_chars or len(value) <= widget.proto.max_chars, widget.key
    elif kind in ("checkbox", "toggle"):
        assert value in (True, False)
    elif kind == "selectbox":
        assert widget.index is not None, (widget.key, value)
    else:
        chosen = value if isinstance(value, list) else [value]
        offered = [widget.format_func(each) for each in chosen] if hasattr(widget, "format_func") else chosen
        assert set(map(str, offered)) <= set(widget.options), (widget.key, value)


@pytest.fixture(scope="module")
def keys() -> list[str]:
    """Every control of every page that data of several columns has."""
    app = AppTest.from_file(REPOSITORY / "app.py", default_timeout=120)
    app.query_params.update({"data": "iris", "n_init": "1"})
    app.run()
    found: dict[str, None] = {}
    for page in PAGES:
        app.switch_page(page).run()
        found |= dict.fromkeys(controls(app))
    assert {"k", "seed", "covariance", "k_max"} <= set(found)
    return list(found)


@pytest.mark.parametrize("turn", range(2))
def test_a_hostile_address_leaves_every_control_with_a_value_that_it_offers(
    turn: int, keys: list[str]
) -> None:
    app = AppTest.from_file(REPOSITORY / "app.py", default_timeout=120)
    for place, key in enumerate([*keys, "lesson", "answer", "present", "no such control"]):
        app.query_params[key] = HOSTILE[(5 * turn + place) % len(HOSTILE)]
    app.query_params["data"] = "iris" if turn else HOSTILE[5]
    app.run()
    for page in PAGES:
        app.switch_page(page).run()
        assert not app.exception, (page, app.exception)
        for widget in controls(app).values():
            assert_offered(widget)
        asked: FitSpecification = app.session_state["analysis"].specification
        assert 1 <= asked.n_components <= LIMITS.components
        assert 1 <= asked.n_init <= LIMITS.restarts
        assert 1 <= asked.max_iterations <= LIMITS.iterations


def test_a_short_link_can_say_no_more_than_a_long_one() -> None:
    said = [
        ("k", "inf"),
        ("seed", "1e309"),
        ("n_init", "-1"),
        ("covariance", "<script>"),
        ("tolerance", "NaN"),
    ]
    app = AppTest.from_file(REPOSITORY / "app.py", default_timeout=120)
    app.query_params["s"] = token(said)
    app.run()
    assert not app.exception
    assert app.session_state["analysis"].specification == DEFAULT
