"""A chart fits its place at every width, and leaves the page to scroll."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chart.drawn import (
    chart_event_text,
    full,
    node,
    plot_area,
    press,
    wait_for_drawing,
)
from tests.browser.conftest import OpenPage, new_profile
from tests.running_server import RunningServer


def test_a_narrow_window_shows_a_whole_space_from_further_back(
    page: Page, open_chart: Callable[[str], Page]
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_chart("/space")
    eye = full(page, "scene._scene.getCamera().eye")
    width, height = node(page).evaluate("node => [node.clientWidth, node.clientHeight]")
    assert [eye[axis] for axis in "xyz"] == pytest.approx(
        [height / width * x for x in (1.5, 1.5, 1.0)], rel=0.02
    )


def test_a_narrow_window_keeps_the_plot_s_height_and_puts_the_legend_below(
    page: Page, open_chart: Callable[[str], Page]
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_chart("/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert node(page).evaluate("node => node.clientHeight") == 480
    area = plot_area(page)
    legend = node(page).locator(".legend").bounding_box()
    assert legend is not None
    assert area["height"] > 300
    assert area["width"] > 0.75 * node(page).evaluate("node => node.clientWidth")
    assert legend["y"] > area["y"] + area["height"]
    press(page, "Components", "End")
    expect(node(page).locator(".scatterlayer .trace")).to_have_count(11)
    assert plot_area(page)["height"] > 270

    drawn = int(node(page).get_attribute("data-drawn") or 0)
    page.set_viewport_size({"width": 1000, "height": 844})
    wait_for_drawing(page, drawn + 1)
    assert full(page, "width") == node(page).evaluate("node => node.clientWidth") > 600
    area, legend = plot_area(page), node(page).locator(".legend").bounding_box()
    assert legend is not None
    assert legend["x"] > area["x"] + area["width"]


def test_a_chart_in_a_closed_tab_is_drawn_to_its_width_when_opened(
    open_page: OpenPage, chart_server: RunningServer
) -> None:
    page = open_page("/tabs", on=chart_server)
    expect(page.get_by_text("Nothing here")).to_be_visible()
    page.get_by_role("tab", name="Second").click()
    wait_for_drawing(page, 1)
    assert full(page, "width") == node(page).evaluate("node => node.clientWidth") > 600


def test_the_wheel_scrolls_the_page_and_leaves_the_plot(open_chart: Callable[[str], Page]) -> None:
    page = open_chart("/")
    whole = full(page, "xaxis.range")
    box = plot_area(page)
    page.get_by_test_id("stMain").evaluate("main => { main.scrollTop = 0 }")
    page.mouse.move(box["x"] + 20, 800)
    page.mouse.wheel(0, 100)
    page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop > 0")
    assert full(page, "xaxis.range") == whole


def test_a_finger_scrolls_the_page_and_a_tap_is_one_click(
    chromium: Browser, chart_server: RunningServer
) -> None:
    context = new_profile(chromium, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    errors: list[Exception] = []
    page.on("pageerror", lambda error: errors.append(error))
    page.goto(chart_server.url)
    wait_for_drawing(page, 1)
    whole = full(page, "xaxis.range")
    node(page).evaluate("""node => { window.said = [];
        for (const name of ['click', 'doubleclick']) node.on(`plotly_${name}`, () => said.push(name)); }""")
    box = plot_area(page)
    page.touchscreen.tap(box["x"] + 5, box["y"] + 5)
    page.wait_for_function("said.length > 0")
    expect(chart_event_text(page)).not_to_have_text(re.compile("nothing"))
    assert page.evaluate("said") == ["click"]

    main = page.get_by_test_id("stMain")
    start = main.evaluate(
        "main => { main.scrollTop = 0; return document.querySelector('.nsewdrag').getBoundingClientRect().y }"
    )
    touch = context.new_cdp_session(page)
    x = box["x"] + 100
    for kind, y in [("touchStart", 200), *[("touchMove", 200 - 15 * step) for step in range(1, 8)]]:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": start + y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop > 50")
    assert full(page, "xaxis.range") == whole
    assert not errors
    context.close()
