"""K-means or GMM in a browser: an outlier is typed and clicked elsewhere, and both answers change."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, finished

RING = """
() => [...document.querySelectorAll('.scatterlayer .trace')]
  .map(node => node.querySelector('path.point'))
  .filter(node => node && node.getAttribute('d') && node.style.strokeWidth === '2.5px')
  .map(node => node.getAttribute('transform'))
"""


def outlier_row(page: Page) -> str:
    return page.get_by_role("row", name=re.compile("^Outliers")).inner_text()


def both_drawn(page: Page) -> None:
    page.wait_for_function("document.querySelectorAll('.explorer-chart-figure[data-drawn]').length === 2")


def test_an_outlier_is_typed_and_clicked_elsewhere_and_both_answers_change(open_page: OpenPage) -> None:
    page = open_page("/kmeans-or-gmm?data=Old+Faithful&k=2&outlier=true")
    both_drawn(page)
    expect(page.get_by_role("row", name=re.compile("^Outliers"))).to_contain_text("The outlier")
    rings = page.evaluate(RING)
    assert len(rings) == 2
    told = outlier_row(page)
    box = page.get_by_role("spinbutton", name="Outlier: waiting")
    box.fill("150")
    box.press("Enter")
    page.wait_for_function("told => !document.body.innerText.includes(told)", arg=told)
    finished(page)
    typed = outlier_row(page)
    page.wait_for_function("before => JSON.stringify((" + RING + ")()) !== before", arg=_json(page, rings))
    picture = page.locator(".explorer-chart-figure .nsewdrag").first
    place = picture.bounding_box()
    assert place
    page.mouse.click(place["x"] + 0.12 * place["width"], place["y"] + 0.9 * place["height"])
    page.wait_for_function("told => !document.body.innerText.includes(told)", arg=typed)
    finished(page)
    assert box.input_value() != "150"
    assert len({told, typed, outlier_row(page)}) == 3


def _json(page: Page, value: object) -> str:
    text: str = page.evaluate("value => JSON.stringify(value)", value)
    return text
