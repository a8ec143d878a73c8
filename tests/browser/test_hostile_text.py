"""Text from a file, its name or the address is shown as text: nothing of it is fetched, rendered or run, on any page.

That no other host was asked is what the fixture `page` sees to.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, finished
from tests.browser.test_reading import choose

NAMES = (
    "![evil](http://evil.test/a.png)",
    "<img src=http://evil.test/b.png onerror=evil()>",
    "<a href='javascript:evil()'>evil</a>",
    r"$\href{http://evil.test}{\text{evil}}$",
)
"""Of columns of numbers; every page draws the first ones, and lists all."""
GROUPS = (
    "<script>evil()</script>",
    ":red[evil] :material/skull:",
    "</title><svg onload=evil()><i class=evil>",
)
"""Categories of the column of labels."""
LABELS = "[evil](javascript:evil()) http://evil.test"
FILE = "<img src=http://evil.test/c.png onerror=evil()>![evil](http://evil.test/d.png).csv"
BROKEN_FILE = "**evil** $evil$ <b class=evil>evil</b> [evil](http://evil.test).csv"
SETTINGS = "blobs_n_samples=60&n_init=1&k=3&k_max=2&survey=10"

TRACES_OF_MARKUP = """() => {
  const evil = [];
  const all = (root) => [...root.querySelectorAll('*')].flatMap(
    (each) => [each, ...(each.shadowRoot ? all(each.shadowRoot) : [])]);
  for (const each of all(document)) {
    for (const {name, value} of each.attributes) {
      const leads = /^(src|srcset|href|xlink:href|action|data|formaction|poster|style)$/.test(name);
      if (leads && /evil/.test(value)) evil.push(`${name}=${value}`);
      if (/^on/.test(name)) evil.push(`${each.tagName} ${name}`);
    }
    if (each.classList.contains('evil')) evil.push('class=evil');
    const marked = each.matches('strong, em, i, b, s, code:not(pre *)');
    if (marked && /evil/.test(each.textContent)) evil.push(each.outerHTML);
    if (each.matches('.katex, mjx-container, .MathJax') && /evil/.test(each.textContent)) evil.push('formula');
    if (each.dataset.testid?.startsWith('stIcon') && /skull/.test(each.textContent)) evil.push('icon');
    if (each.matches('[style*="color"]') && each.textContent.trim() === 'evil') evil.push('colour');
  }
  return evil;
}"""
HOVER = """async () => {
  const seen = [];
  for (const chart of document.querySelectorAll('.js-plotly-plot')) {
    for (const curveNumber of [...chart.data.keys()].slice(0, 6)) {
      try { Plotly.Fx.hover(chart, [{curveNumber, pointNumber: 0}]); } catch { /* no trace to hover */ }
      await new Promise(requestAnimationFrame);
      seen.push(...[...chart.querySelectorAll('.hoverlayer text')].map((each) => each.textContent));
    }
  }
  return seen;
}"""


def table() -> str:
    """Sixty rows in three groups, with the hostile text as names, categories and cells."""
    lines = [",".join(f'"{name}"' for name in (*NAMES, LABELS))]
    for row in range(60):
        group = row % 3
        values = [f"{10 * group + (7 * row + 3 * column) % 11 / 10 + column}" for column in range(len(NAMES))]
        lines.append(",".join([*values, f'"{GROUPS[group]}"']))
    return "\n".join(lines)


@pytest.fixture
def watched(page: Page) -> Page:
    """The page, in which running anything or a dialog is an uncaught error, on which the test fails."""
    page.add_init_script("window.evil = () => setTimeout(() => { throw new Error('text was run'); });")
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
    return page


def upload(page: Page, name: str, content: str, place: str = "stSidebarUserContent") -> None:
    page.get_by_test_id(place).get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content.encode()}
    )


def unfold_everything(page: Page) -> None:
    """Open what is folded, until nothing more can be."""
    for _ in range(20):
        folded = page.locator("main details:not([open]) > summary, section details:not([open]) > summary")
        if not folded.count():
            return
        folded.first.click()
        finished(page)


def assert_nothing_became_markup(page: Page, where: str) -> None:
    assert page.evaluate(TRACES_OF_MARKUP) == [], where


def test_on_every_page_as_names_categories_cells_and_the_name_of_a_file(
    watched: Page, open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page(f"/?{SETTINGS}")
    choose(page, "^Data", "Upload a file")
    upload(page, FILE, table())
    expect(page.locator(".ytitle").first).to_have_text(NAMES[1][:39] + "…")
    sections = page.get_by_test_id("stTopNavSection")
    hovers: list[str] = []
    visited: list[str] = []
    for section in range(sections.count()):
        sections.nth(section).click()
        links = page.get_by_test_id("stTopNavDropdownLink")
        titles = [title.strip() for title in links.all_inner_texts()]
        page.keyboard.press("Escape")
        for title in titles:
            sections.nth(section).click()
            links.filter(has_text=title).click()
            expect(page).to_have_title(f"{title} · GMM Explorer")
            finished(page)
            unfold_everything(page)
            hovers += page.evaluate(HOVER)
            for toggle in page.locator(".explorer-chart-toggle:visible").all():
                toggle.click()
            assert_nothing_became_markup(page, title)
            visited.append(title)
    assert len(visited) >= 10
    assert any(NAMES[0][:20] in text for text in hovers), "hovers were seen, and show names as they are"
    with page.expect_download() as download:
        page.get_by_test_id("stDownloadButton").get_by_role("button", name="HTML").click()
    report = tmp_path / "report.html"
    download.value.save_as(report)
    upload(page, BROKEN_FILE, "a,b\nx,y\n")
    sentence = page.get_by_test_id("stAlert").first
    expect(sentence).to_be_visible()
    assert_nothing_became_markup(page, "a sentence on a file that cannot be read")
    upload(page, FILE, table(), "stMain")
    expect(page.get_by_text("All 60 rows of")).to_be_visible()
    finished(page)
    assert_nothing_became_markup(page, "new rows")
    page.goto(report.as_uri())
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    expect(page.get_by_text(NAMES[0]).first).to_be_visible()
    assert_nothing_became_markup(page, "the report")


def test_in_every_setting_of_the_address(watched: Page, open_page: OpenPage) -> None:
    hostile = quote("".join((*NAMES, *GROUPS, LABELS)))
    for path, names in {
        "/density": ("points", "data", "columns_blobs_2", "k", "lesson"),
        "/em-steps": ("means", "start", "covariance", "answer"),
        "/clusters": ("colour", "labels_iris_4", "evil"),
    }.items():
        query = "&".join(f"{name}={hostile}" for name in names)
        page = open_page(f"{path}?{query}#{hostile}")
        expect(page.locator(".js-plotly-plot").first).to_be_visible()
        assert_nothing_became_markup(page, path)
