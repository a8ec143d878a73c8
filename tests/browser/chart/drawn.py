"""The first chart on a page: what is drawn, and what a person does to it."""

import re
from typing import Any

from playwright.sync_api import FloatRect, Locator, Page, expect

INK = "--st-text-color"


def node(page: Page) -> Locator:
    return page.locator(".explorer-chart-figure").first


def wait_for_drawing(page: Page, count: int) -> None:
    expect(node(page)).to_have_attribute("data-drawn", str(count))


def full(page: Page, expression: str) -> Any:
    """A value out of Plotly's full layout of the first chart."""
    return node(page).evaluate(f"node => node._fullLayout.{expression}")


def press(page: Page, slider: str, key: str = "ArrowRight") -> None:
    page.get_by_role("slider", name=slider).press(key)


def plot_area(page: Page) -> FloatRect:
    node(page).scroll_into_view_if_needed()
    box = node(page).locator(".nsewdrag").bounding_box()
    assert box is not None
    return box


def zoom(page: Page) -> list[float]:
    """Drag a rectangle over the middle of the plot and return the range of x that it left."""
    before = full(page, "xaxis.range")
    box = plot_area(page)
    x, y = box["x"] + box["width"] / 4, box["y"] + box["height"] / 4
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + box["width"] / 2, y + box["height"] / 2, steps=4)
    page.mouse.up()
    page.wait_for_function(
        "([node, before]) => node._fullLayout.xaxis.range[0] > before[0]",
        arg=[node(page).element_handle(), before],
    )
    after: list[float] = full(page, "xaxis.range")
    return after


def chart_event_text(page: Page) -> Locator:
    return page.get_by_text(re.compile("^clicked "))


def answer_to_click(page: Page, across: float, down: float) -> str:
    """Click a place, in shares of the plot's width and height, and return what the script then says."""
    before, box = chart_event_text(page).inner_text(), plot_area(page)
    page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])
    expect(chart_event_text(page)).not_to_have_text(before)
    return chart_event_text(page).inner_text()


def numbers(answer: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.\d+", answer)]


def css_variable(page: Page, name: str) -> str:
    value: str = node(page).evaluate("(node, name) => getComputedStyle(node).getPropertyValue(name)", name)
    return value


def at_rest(page: Page, path: str) -> Any:
    """A value of the figure once it is the same for thirty frames: a turned view swings out."""
    before, now = None, full(page, path)
    while now != before:
        page.evaluate(
            "async () => { for (let n = 0; n < 30; n++) await new Promise(requestAnimationFrame); }"
        )
        before, now = now, full(page, path)
    return now
