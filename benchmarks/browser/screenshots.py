"""A sheet of screenshots: every page with three data sets, at four sizes and themes, as PNG files and one HTML page.

It is looked at before and after a change of the look; under each picture stands how tall the page is.
Run: .venv/bin/python -m benchmarks.browser.screenshots FOLDER
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.chromium import FLAGS, chromium_path
from benchmarks.serving import ROOT, serving

PAGES = ("", *re.findall(r'url_path="([^"]+)"', (ROOT / "app.py").read_text(encoding="utf-8")))
"""The addresses of all pages, in the order of the navigation."""
DATA_SETS = {
    "blobs": "",
    "penguins": "data=Palmer+penguins&k=3",
    "noise": "data=Uniform+noise&k=15",
}
"""What a link says of the data and the model: two features, four with long names, and many components."""
SECONDS_TO_COMPUTE = 40
"""Longest wait for a page that computes; then it is taken as it is."""
IDLE = "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
DRAWN = """
() => !document.querySelector("[data-testid=stSkeleton]") &&
  [...document.querySelectorAll(".explorer-chart-figure")].filter(node => node.clientWidth > 0).every(node =>
    node.dataset.drawn && Math.abs(node._fullLayout.width - node.clientWidth) < 2 &&
    node._fullLayout.font.color === getComputedStyle(node).getPropertyValue("--st-text-color").trim())
"""
PAGE_HEIGHT = "document.querySelector('[data-testid=stMain]').scrollHeight"


@dataclass(frozen=True)
class Look:
    """A window and a theme in which a page is seen."""

    name: str
    width: int
    height: int
    theme: Literal["light", "dark"] = "light"
    presented: bool = False


LOOKS = (
    Look("light", 1440, 900),
    Look("presented", 1280, 720, presented=True),
    Look("phone", 390, 844, "dark"),
    Look("dark", 1440, 900, "dark"),
)


@dataclass(frozen=True)
class Screenshot:
    """One picture of the sheet; `page_height` is that of the whole page, of which the picture shows the top."""

    page: str
    data: str
    look: Look
    file: str
    page_height: int


def taken(
    browser: Browser,
    url: str,
    folder: Path,
    pages: Iterable[str],
    data_sets: Iterable[str],
    looks: Iterable[Look],
) -> Iterator[Screenshot]:
    """Take the screenshots one after another."""
    for look in looks:
        # One tab for all: a browser keeps the app's JavaScript compiled there.
        with browser.new_context(
            viewport={"width": look.width, "height": look.height},
            color_scheme=look.theme,
            reduced_motion="reduce",
        ) as context:
            page = context.new_page()
            for data in data_sets:
                for address in pages:
                    settings = [DATA_SETS[data], "present=true" if look.presented else ""]
                    page.goto(f"{url}/{address}?{'&'.join(filter(None, settings))}")
                    wait_until_drawn(page)
                    file = f"{address or 'clusters'}-{data}-{look.name}.png"
                    page.screenshot(path=folder / file)
                    yield Screenshot(address or "clusters", data, look, file, page.evaluate(PAGE_HEIGHT))


def wait_until_drawn(page: Page) -> None:
    """Wait until no script runs and all figures in view are drawn in the page's theme."""
    page.wait_for_selector(IDLE, state="attached", timeout=SECONDS_TO_COMPUTE * 1000)
    page.wait_for_function(DRAWN, timeout=SECONDS_TO_COMPUTE * 1000)


def sheet(screenshots: Iterable[Screenshot]) -> str:
    """The HTML page: a row for each page and data set, a column for each look."""
    rows: dict[tuple[str, str], list[Screenshot]] = {}
    for each in screenshots:
        rows.setdefault((each.page, each.data), []).append(each)
    body = "\n".join(
        f"<h2>{escape(f'{page}, {data}')}</h2>\n<div>{''.join(map(_figure, rows[page, data]))}</div>"
        for page, data in sorted(rows, key=_place)
    )
    style = (
        "body { margin: 24px; font: 15px sans-serif; background: #888 } div { display: flex; gap: 16px } "
        "figure { margin: 0 } img { height: 420px; display: block }"
    )
    title = "GMM Explorer: screenshots"
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{title}</title><style>{style}</style>\n'
        f"<h1>{title}</h1>\n{body}\n</html>\n"
    )


def _place(row: tuple[str, str]) -> tuple[int, int]:
    page, data = row
    return PAGES.index("" if page == "clusters" else page), [*DATA_SETS].index(data)


def _figure(each: Screenshot) -> str:
    words = f"{each.look.name}, {each.look.width}×{each.look.height}; the page is {each.page_height} px tall"
    name = escape(f"{each.page}, {each.data}, {each.look.name}")
    return (
        f'<figure><a href="{escape(each.file)}"><img src="{escape(each.file)}" alt="{name}"></a>'
        f"<figcaption>{words}</figcaption></figure>"
    )


def main() -> None:
    """Take what is asked for, all of it by default, and write the sheet."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path, help="where the files are written; made if it is not there")
    arguments.add_argument("--pages", nargs="+", choices=["clusters", *PAGES[1:]], help="without it all")
    arguments.add_argument("--data", nargs="+", choices=[*DATA_SETS], default=[*DATA_SETS])
    arguments.add_argument("--looks", nargs="+", choices=[each.name for each in LOOKS], help="without it all")
    arguments.add_argument("--url", help="an app that runs already; without it one is started")
    chosen = arguments.parse_args()
    pages = ["" if each == "clusters" else each for each in chosen.pages or ["clusters", *PAGES[1:]]]
    looks = [each for each in LOOKS if chosen.looks is None or each.name in chosen.looks]
    folder: Path = chosen.folder
    folder.mkdir(parents=True, exist_ok=True)

    def take(url: str) -> list[Screenshot]:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
            found = []
            for each in taken(browser, url, folder, pages, chosen.data, looks):
                print(f"{each.file}: the page is {each.page_height} px tall", flush=True)
                found.append(each)
            browser.close()
        return found

    if chosen.url is None:
        with serving() as served:
            screenshots = take(served.url)
    else:
        screenshots = take(chosen.url.rstrip("/"))
    (folder / "index.html").write_text(sheet(screenshots), encoding="utf-8")
    print(folder / "index.html")


if __name__ == "__main__":
    main()
