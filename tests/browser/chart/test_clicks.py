"""A click is a place or a picked point, on a plane, in space and in a heatmap."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chart.drawn import (
    answer_to_click,
    at_rest,
    chart_event_text,
    full,
    node,
    numbers,
    plot_area,
    press,
    wait_for_drawing,
)


def test_a_click_on_empty_space_is_its_coordinates_each_time(open_chart: Callable[[str], Page]) -> None:
    page = open_chart("/")
    (left, right), (bottom, top) = full(page, "xaxis.range"), full(page, "yaxis.range")
    for share in (0.02, 0.04):
        place = left + share * (right - left), top + share * (bottom - top)
        answer = answer_to_click(page, share, share)
        assert numbers(answer) == pytest.approx(place, abs=0.05)
        assert answer.endswith("picked []")


def test_two_quick_clicks_are_two(open_chart: Callable[[str], Page]) -> None:
    page = open_chart("/")
    node(page).evaluate(
        "node => { window.clicks = 0; node.on('plotly_click', () => { window.clicks += 1; }); }"
    )
    box = plot_area(page)
    page.mouse.dblclick(box["x"] + 5, box["y"] + 5)
    page.wait_for_function("clicks === 2")


def test_picked_points_stay_picked_until_the_axes_change(open_chart: Callable[[str], Page]) -> None:
    page = open_chart("/")
    point = node(page).locator(".point").nth(5)
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(chart_event_text(page)).to_have_text(re.compile(r"picked \[5\]"))
    press(page, "Components")
    wait_for_drawing(page, 2)
    expect(chart_event_text(page)).to_have_text("clicked nothing, picked [5]")
    page.get_by_role("radiogroup", name="Axes").get_by_text("others").click()
    expect(chart_event_text(page)).to_have_text("clicked nothing, picked []")


def test_the_camera_stays_and_points_in_space_can_be_picked(open_chart: Callable[[str], Page]) -> None:
    page = open_chart("/space")
    camera = "scene._scene.getCamera().eye"
    at_first = full(page, camera)
    box = node(page).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 80, y + 20, steps=4)
    page.mouse.up()  # in mid-swing
    turned = at_rest(page, camera)
    assert turned != pytest.approx(at_first, abs=0.2)
    press(page, "Size")
    wait_for_drawing(page, 2)
    assert full(page, camera) == pytest.approx(turned, abs=0.05)

    page.set_viewport_size({"width": 390, "height": 844})
    wait_for_drawing(page, 3)
    assert full(page, camera) == pytest.approx(turned, abs=0.05)

    node(page).evaluate("""node => node.emit('plotly_click', {
        points: [{ customdata: 7, fullData: { type: 'scatter3d' }, x: 1, y: 2, z: 3 }] })""")
    expect(chart_event_text(page)).to_have_text("clicked nothing, picked [7]")


def test_a_cell_of_a_heatmap_can_be_clicked_and_picked(open_chart: Callable[[str], Page]) -> None:
    page = open_chart("/grid")
    answer = answer_to_click(page, 0.4, 0.5)
    assert numbers(answer) == pytest.approx((1.1, 1.0), abs=0.05)
    expect(chart_event_text(page)).to_have_text(re.compile(r"picked \[5\]"))
