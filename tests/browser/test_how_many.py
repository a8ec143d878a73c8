"""How many clusters in a browser: a clicked cell is the model elsewhere, a stopped sweep keeps its fits."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, finished, go_to

PLACE = """([k, line]) => {
  const node = document.querySelector('.explorer-chart-figure');
  const trace = node._fullData.find(trace => trace.uid === `criterion-${line}`);
  const height = trace.y[Array.from(trace.x).indexOf(k)];
  const box = node.querySelector('.nsewdrag').getBoundingClientRect();
  const {xaxis, yaxis} = node._fullLayout;
  return [box.x + xaxis.l2p(k), box.y + yaxis.l2p(height), height];
}"""


def test_a_clicked_cell_is_the_model_of_the_clusters_page(open_page: OpenPage) -> None:
    page = open_page("/how-many?data=Old+Faithful&k_max=4&n_init=1")
    # On a machine with much else to do, the first fits take long, and the sweep asks.
    go_on = page.locator(".st-key-again-sweep").get_by_role("button", disabled=False)
    page.add_locator_handler(go_on, lambda button: button.click(), no_wait_after=True)
    expect(page.get_by_text("BIC chooses K = 3, tied", exact=False).first).to_be_visible()
    expect(page.get_by_text("fits, about")).to_have_count(0)
    finished(page)
    page.wait_for_function("document.querySelector('.explorer-chart-figure[data-drawn]')")
    x, y, height = page.evaluate(PLACE, [4, "diag"])
    page.mouse.click(x, y)
    expect(page.get_by_text(f"All pages now show K = 4, diag: BIC {height:,.1f}.")).to_be_visible()
    assert "k=4" in page.url
    assert "covariance=diag" in page.url
    go_to(page, "Explore", "Clusters")
    metric = page.get_by_test_id("stMetric").filter(has_text="BIC")
    expect(metric).to_contain_text(f"{height:,.1f}")


def not_done(page: Page) -> int:
    found = re.search(r"(\d+) fits are not done", page.inner_text("[data-testid=stMain]"))
    assert found
    return int(found.group(1))


def test_a_long_sweep_asks_first_is_stopped_and_keeps_what_is_done(open_page: OpenPage) -> None:
    page = open_page("/how-many?blobs_n_samples=50000&blobs_n_features=8&k_max=20&n_init=10&k=1")
    expect(page.locator(".st-key-again-sweep")).to_be_visible()
    finished(page)
    asked = not_done(page)
    assert 0 < asked < 80
    page.locator(".st-key-again-sweep").get_by_role("button").click()
    page.locator(".st-key-stop-sweep").get_by_role("button").click()
    expect(page.locator(".st-key-again-sweep")).to_be_visible()
    finished(page)
    assert 0 < not_done(page) <= asked
    expect(page.get_by_text("Among these BIC is lowest for K = ").first).to_be_visible()
