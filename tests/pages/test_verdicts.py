"""The verdict of each page through AppTest: of a clean fit, of one in doubt, and of one that was stopped."""

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from ui.compute.limits import LIMITS
from ui.shell.verdict import Standing

APP = Path(__file__).parents[2] / "app.py"
PAGES = {
    "explore/data": "300 of 300 rows and 2 of 3 columns are fitted",
    "explore/clusters": "3 components",
    "explore/density": "expected by chance",
    "learn/lessons": "12 short lessons",
    "learn/kmeans_or_gmm": "Either will do here",
    "learn/covariance_shapes": "BIC chooses",
    "learn/em_steps": "converged**: from",
    "learn/starting_points": "starts ended in the best optimum, A.**",
    "take_away/export": "300 rows labelled by 3 components",
    "decide/how_many": "BIC chooses K = 3",
}
"""The pages, with what the verdict says there of a clean fit."""
OF_THE_FIT = (
    "explore/clusters",
    "explore/density",
    "learn/kmeans_or_gmm",
    "learn/covariance_shapes",
    "learn/em_steps",
    "take_away/export",
)
"""The pages whose verdict rests on the fit, so that what is wrong with it is said there."""
RECOMMENDING = ("take-best", "take-A")


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    for name, value in {"blobs_cluster_std": "2.5", **query}.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def verdict_on(app: AppTest, page: str) -> str:
    """The verdict's sentence on this page: the text in bold that stands alone or after the icon of its standing."""
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception, page
    strips = [block for block in blocks(app) if block.proto.id.endswith("verdict")]
    assert len(strips) == 1, page
    return str(strips[0].markdown[0].value)


def blocks(app: AppTest) -> list[Block]:
    """All containers of the page that have a key."""
    found: list[Block] = []
    left: list[Block] = [app.main]
    while left:
        block = left.pop()
        if getattr(block.proto, "id", ""):
            found.append(block)
        left += [child for child in block.children.values() if isinstance(child, Block)]
    return found


def test_each_page_says_what_it_found_in_a_clean_fit() -> None:
    app = opened(k_max="4", n_init="2")
    for page, words in PAGES.items():
        sentence = verdict_on(app, page)
        assert words in sentence, page
        assert not sentence.startswith(":material/"), page


def test_each_page_says_so_where_em_has_not_converged_and_recommends_nothing() -> None:
    app = opened(max_iter="1", n_init="2", init="random points")
    for page in OF_THE_FIT:
        sentence = verdict_on(app, page)
        assert sentence.startswith(Standing.DOUBTFUL.value), page
        assert "not converged" in sentence, page
        assert not [button for button in app.button if button.key in RECOMMENDING], page


def test_each_page_says_so_where_the_fit_was_stopped_and_recommends_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ui.compute.long_task.LIMITS", replace(LIMITS, fit_seconds=0.0))
    app = opened(seed="123458", n_init="20", init="random points", tolerance="1e-10")
    for page in ("explore/clusters", "explore/density", "take_away/export"):
        sentence = verdict_on(app, page)
        assert sentence.startswith(Standing.UNFINISHED.value), page
        assert "stopped before its end" in sentence, page
        assert not [button for button in app.button if button.key in RECOMMENDING], page
