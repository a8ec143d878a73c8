"""The report in a browser that has no network: it asks for nothing, draws its figures and holds the fit's numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser, Dialog, Page, Request, expect

from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.preparation import Preparation, prepare
from gmm_core.tables.samples import load_sample
from tests.browser.conftest import OpenPage, new_profile
from ui.report.document import report
from ui.report.subject import Subject

HOSTILE = "</script><img src=//evil.example onerror=alert(1)>$\\href{javascript:alert(1)}{x}$<b>**x**"
PAPER = "rgb(255, 255, 255)"

OpenFile = Callable[[Path], Page]


@pytest.fixture
def open_offline(chromium: Browser) -> Iterator[OpenFile]:
    """Opens a file in a dark browser without a network; a request, a dialog or a word in the console is a failure."""
    context = new_profile(chromium, color_scheme="dark")
    context.set_offline(True)
    page = context.new_page()
    problems: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.on("console", lambda message: problems.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: problems.append(f"uncaught error: {error}"))

    def open_file(file: Path) -> Page:
        def note(request: Request) -> None:
            if not request.url.startswith(("data:", "blob:", file.as_uri())):
                problems.append(f"asked for {request.url}")

        page.on("request", note)
        page.goto(file.as_uri())
        expect(page.locator(".explorer-chart-figure[data-drawn]")).to_have_count(
            page.locator("figure").count()
        )
        return page

    yield open_file
    context.close()
    assert not problems, "\n".join(problems)


def test_what_the_app_gives_works_without_a_network_and_holds_the_numbers_of_the_fit(
    open_page: OpenPage, open_offline: OpenFile, tmp_path: Path
) -> None:
    app = open_page("/export?data=Palmer+penguins&k=3&seed=7")
    with app.expect_download() as coming:
        app.get_by_role("button", name="HTML").click()
    file = tmp_path / "report.html"
    coming.value.save_as(file)
    assert coming.value.suggested_filename == "gaussian_mixture_report.html"

    page = open_offline(file)
    dataset = load_sample("penguins")
    prepared = prepare(dataset, Preparation(dataset.default_columns()))
    found = fit(prepared.X, FitSpecification(n_components=3, n_init=4, seed=7))
    bic = page.locator("dt", has_text="BIC").locator("+ dd")
    assert float(bic.inner_text().replace(",", "")) == pytest.approx(found.criteria.bic, abs=1e-3)
    weights = (
        page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="weight", exact=True)).first
    )
    told = [float(cell) for cell in weights.get_by_role("cell").all_inner_texts()]
    assert told == pytest.approx(found.mixture.weights, rel=1e-4)
    expect(page.get_by_role("link", name="data=Palmer+penguins")).to_have_attribute(
        "href", app.url.replace("/export?", "/?")
    )
    expect(page.locator("pre")).to_have_count(2)

    pairs = page.locator("figure[data-key=pairs]")
    expect(pairs.locator(".xtick").first).to_be_visible()
    assert pairs.locator(".scatterlayer .point").count() > 1_000
    pairs.scroll_into_view_if_needed()
    pairs.locator(".explorer-chart-figure").hover()
    with page.expect_download() as picture:
        pairs.locator("[data-title='Download as PNG']").click()
    assert picture.value.suggested_filename == "pairs.png"
    assert Path(picture.value.path()).read_bytes().startswith(b"\x89PNG")


def test_on_paper_it_is_light_and_no_wider_than_the_sheet(open_offline: OpenFile, tmp_path: Path) -> None:
    page = open_offline(written(tmp_path, load_sample("faithful")))
    dark = page.locator(".xtitle").first.evaluate("node => getComputedStyle(node).fill")
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    ink = page.locator(".xtitle").first.evaluate("node => getComputedStyle(node).fill")
    assert ink != dark
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == PAPER
    widths = [figure.evaluate("node => node.scrollWidth") for figure in page.locator("figure").all()]
    page.set_viewport_size({"width": 680, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 680, widths
    page.emulate_media(media="screen", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".xtitle").first).to_have_css("fill", dark)


def test_hostile_names_stay_text(open_offline: OpenFile, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    values = pd.DataFrame(
        rng.normal(size=(80, 3)), columns=[HOSTILE, f"{HOSTILE} 2", "<svg onload=alert(1)>"]
    )
    labels = np.where(values[HOSTILE] > 0, HOSTILE, "b")
    dataset = Dataset.of(
        HOSTILE, values.assign(labels=labels), HOSTILE, label_column="labels", notes=[HOSTILE]
    )
    page = open_offline(written(tmp_path, dataset))
    expect(page.locator("h1")).to_have_text(HOSTILE)
    assert page.locator("img, svg[onload], b, [onerror]").count() == 0
    assert page.locator("script:not([type])").count() == 2
    page.locator("figure[data-key=principal-plane] .explorer-chart-figure").hover()
    page.locator("figure[data-key=pairs]").get_by_role("button", name="Table").click()
    expect(page.locator("figure[data-key=pairs] table")).to_contain_text("onerror")
    assert page.locator("img").count() == 0


def written(folder: Path, dataset: Dataset) -> Path:
    """The report of a fit of two components to the data, as a file."""
    preparation = Preparation(dataset.default_columns())
    prepared = prepare(dataset, preparation)
    found = fit(prepared.X, FitSpecification(n_components=2, n_init=2))
    file = folder / "report.html"
    file.write_text(
        report(Subject(dataset, prepared, preparation, found, (0, 1)), datetime.now(UTC)), encoding="utf-8"
    )
    return file
