"""Every figure of every page can be taken as PNG and SVG, in the theme's colours and under a name that says it."""

from __future__ import annotations

import base64
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage

DARK = (15, 21, 27)  # theme.dark.backgroundColor
SVG = "{http://www.w3.org/2000/svg}"

PAGES = {
    "/?data=Old+Faithful&k=2": ("clusters", "eruptions"),
    "/em-steps?data=Old+Faithful&k=2": ("film", "eruptions"),
    "/density?data=Old+Faithful&k=2": ("density", "eruptions"),
    "/how-many?data=Old+Faithful&k_max=2&sweep_types=full": ("criteria", "BIC"),
    "/kmeans-or-gmm?data=Old+Faithful&k=2": (None, ""),
    "/starting-points?data=Old+Faithful&k=2": ("paths", "eruptions"),
    "/data?data=Old+Faithful": ("data", "eruptions"),
}


@pytest.mark.parametrize("path", PAGES)
def test_every_figure_can_be_taken_as_png_and_svg(path: str, open_page: OpenPage) -> None:
    name, words = PAGES[path]
    page = open_page(path)
    page.emulate_media(color_scheme="dark")
    drawn = page.locator(".explorer-chart-figure[data-drawn]:visible")
    expect(drawn.first).to_be_visible()
    expect(page.locator(".explorer-chart-figure:not([data-drawn]):visible")).to_have_count(0)
    for figure in drawn.all():
        for kind in ("PNG", "SVG"):
            expect(figure.locator(f"[data-title='Download as {kind}']")).to_have_count(1)
    figure = drawn.first
    png, svg = (taken(page, figure, kind, name) for kind in ("PNG", "SVG"))
    assert pixel(page, png) == (*DARK, 255)
    tree = ElementTree.fromstring(svg)
    assert tree.tag == f"{SVG}svg"
    assert words in "".join(node.text or "" for node in tree.iter(f"{SVG}text")) + "".join(
        node.text or "" for node in tree.iter(f"{SVG}tspan")
    )


def taken(page: Page, figure: Locator, kind: str, name: str | None) -> bytes:
    figure.scroll_into_view_if_needed()
    figure.hover()
    with page.expect_download() as coming:
        figure.locator(f"[data-title='Download as {kind}']").click()
    stem, _, ending = coming.value.suggested_filename.rpartition(".")
    assert ending == kind.lower()
    assert name is None or stem == name
    return Path(coming.value.path()).read_bytes()


def pixel(page: Page, png: bytes) -> tuple[int, ...]:
    """Red, green, blue and opacity in the upper left corner of a picture."""
    assert png.startswith(b"\x89PNG")
    found: list[int] = page.evaluate(
        """async (content) => {
          const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
          const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
          const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
          context.drawImage(bitmap, 0, 0);
          return [...context.getImageData(2, 2, 1, 1).data];
        }""",
        base64.b64encode(png).decode(),
    )
    return tuple(found)
