"""Is a mixture the right tool here: one line on the Clusters page, what needs a look in the open, the list folded."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from gmm_core.studies.checks.catalogue import CHECKS

APP = Path(__file__).parents[2] / "app.py"
SUMMARY = "Checks: "


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def line(app: AppTest) -> str:
    return next(expander.label for expander in app.expander if expander.label.startswith(SUMMARY))


def in_the_open(app: AppTest) -> list[str]:
    return [caption.value for caption in app.caption if caption.value.startswith(":material/visibility:")]


def unfolded(app: AppTest) -> list[str]:
    app.session_state["checks"] = True
    app.run()
    assert not app.exception
    return [text.value for text in app.markdown if text.value.startswith(":material/")]


@pytest.mark.parametrize("n_features", [1, 2, 3, 8])
@pytest.mark.parametrize("k", [1, 3])
def test_every_check_is_in_the_list_and_what_needs_a_look_in_the_open(n_features: int, k: int) -> None:
    app = opened(k=str(k), blobs_n_features=str(n_features))
    looks = in_the_open(app)
    rows = unfolded(app)
    unknown = sum("cannot be judged" in row for row in rows)
    counts = (
        (len(CHECKS) - len(looks) - unknown, "fine"),
        (len(looks), "to look at"),
        (unknown, "without an answer"),
    )
    assert line(app) == SUMMARY + ", ".join(f"{count} {words}" for count, words in counts if count)
    assert [row.split("**")[1] for row in rows] == [check.title for check in CHECKS.values()]
    assert [row.split("**")[1] for row in rows if "needs a look" in row] == [
        look.split("**")[1].rstrip(".") for look in looks
    ]


def test_a_change_of_the_model_is_checked_again() -> None:
    app = opened(blobs_cluster_std="2.5")
    assert line(app) == f"{SUMMARY}{len(CHECKS)} fine"
    app.slider(key="k").set_value(20).run()
    assert not app.exception
    assert any("**Parameters against rows.**" in text for text in in_the_open(app))


def test_on_many_rows_the_sample_is_mentioned() -> None:
    app = opened(n_init="2", blobs_n_samples="50000")
    unfolded(app)
    assert any("2,000 rows drawn at random" in caption.value for caption in app.caption)


def test_an_upload_is_checked_and_its_names_are_no_markup() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(200, 2)) * [1, 1000]
    text = "**a**,<b>\n" + "\n".join(f"{left:.6f},{right:.6f}" for left, right in rows)
    app = opened(data="Upload a file", scale="As they are", covariance="spherical", k="2")
    app.file_uploader[0].upload("mine.csv", text.encode(), "text/csv").run()
    assert not app.exception
    scales = next(text for text in in_the_open(app) if "Features on very different scales" in text)
    assert r"\*\*a\*\*" in scales
    assert r"\<b\>" in scales
