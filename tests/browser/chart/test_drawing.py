"""A chart stays put while figures follow one another, and is drawn in the theme it stands in."""

import base64
from collections.abc import Callable

import plotly.graph_objects as go
import pytest
from playwright.sync_api import Page, expect

from tests.browser.chart.drawn import (
    INK,
    css_variable,
    full,
    node,
    press,
    wait_for_drawing,
    zoom,
)
from tests.browser.conftest import finished
from ui.chart.chart import ChartMessage
from ui.chart.parts import FIGURE_HTML, drawing_script


def test_node_zoom_and_legend_outlive_new_figures_and_what_appears_above(
    open_chart: Callable[[str], Page],
) -> None:
    page = open_chart("/")
    node(page).evaluate("node => { node.dataset.mark = 'same' }")
    zoomed = zoom(page)
    node(page).locator(".legendtoggle").nth(1).click()
    expect(node(page).locator(".scatterlayer .trace")).to_have_count(3)

    press(page, "Components")
    wait_for_drawing(page, 2)
    expect(node(page)).to_have_attribute("aria-label", "4 ellipses")
    expect(node(page).locator(".scatterlayer .trace")).to_have_count(4)

    press(page, "Height")
    wait_for_drawing(page, 3)
    assert node(page).evaluate("node => node.clientHeight") == 500

    page.get_by_text("Something above").click()
    expect(page.get_by_text("A line above the chart")).to_be_visible()
    finished(page)

    expect(node(page)).to_have_attribute("data-mark", "same")
    assert full(page, "xaxis.range") == zoomed
    assert node(page).evaluate("node => node._fullData[1].visible") == "legendonly"


def test_a_figure_that_did_not_change_is_not_drawn_again(open_chart: Callable[[str], Page]) -> None:
    page = open_chart("/")
    press(page, "Components")
    wait_for_drawing(page, 2)
    finished(page)
    expect(page.get_by_label("Ten points", exact=True)).to_have_attribute("data-drawn", "1")


def test_another_key_is_another_chart(open_chart: Callable[[str], Page]) -> None:
    page = open_chart("/")
    node(page).evaluate("node => { node.dataset.mark = 'old' }")
    whole = full(page, "xaxis.range")
    zoom(page)
    page.get_by_role("radiogroup", name="Key").get_by_text("two").click()
    expect(page.locator("[data-mark=old]")).to_have_count(0)
    wait_for_drawing(page, 1)
    assert full(page, "xaxis.range") == whole


def test_of_figures_that_follow_while_one_is_drawn_only_the_last_is_drawn(
    open_chart: Callable[[str], Page],
) -> None:
    page = open_chart("/")
    page.evaluate("""() => {
        const react = Plotly.react;
        window.traces = [];
        window.releases = [];
        const held = document.querySelector(".explorer-chart-figure");
        Plotly.react = async (node, figure) => {
            if (node !== held) return react(node, figure); // a chart below may be drawn only now
            traces.push(figure.data.length);
            await react(node, figure);
            await new Promise((resolve) => releases.push(resolve));
        };
    }""")
    press(page, "Components")
    page.wait_for_function("releases.length === 1")
    for ellipses in (5, 6, 7):
        press(page, "Components")
        expect(node(page)).to_have_attribute("aria-label", f"{ellipses} ellipses")
    page.evaluate("releases[0]()")
    page.wait_for_function("releases.length === 2")
    page.evaluate("releases[1]()")
    wait_for_drawing(page, 3)
    assert page.evaluate("traces") == [5, 8]


def test_another_theme_recolours_the_chart_in_place(open_chart: Callable[[str], Page]) -> None:
    page = open_chart("/")
    node(page).evaluate("node => { node.dataset.mark = 'same' }")
    zoomed = zoom(page)
    light = css_variable(page, INK)
    for scheme, count in (("dark", 2), ("light", 3)):
        page.emulate_media(color_scheme=scheme)
        wait_for_drawing(page, count)
        ink = css_variable(page, INK)
        assert (ink == light) == (scheme == "light")
        assert full(page, "font.color") == ink
        assert full(page, "xaxis.gridcolor") == css_variable(page, "--st-border-color")
        assert full(page, "font.family") == css_variable(page, "--st-font")
        assert node(page).evaluate("node => node._fullData[1].line.color") == ink
        assert full(page, "paper_bgcolor") == full(page, "plot_bgcolor") == "rgba(0,0,0,0)"
    assert full(page, "xaxis.range") == zoomed
    expect(node(page)).to_have_attribute("data-mark", "same")


@pytest.mark.parametrize("older_first", [True, False])
def test_a_call_that_another_overtook_changes_nothing(
    older_first: bool, open_chart: Callable[[str], Page]
) -> None:
    page = open_chart("/")
    contents = [
        ChartMessage.of(go.Figure(go.Scatter(y=[1, 2])), alt=alt, height=200).content
        for alt in ("Older", "Newer")
    ]
    page.evaluate(
        """async ({ script, html, contents, olderFirst }) => {
          const parentElement = document.createElement("div");
          parentElement.innerHTML = html;
          document.querySelector(".explorer-chart").after(parentElement);
          const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
          const { default: component } = await import(address);
          const [older, newer] = contents.map((content) => () => {
            const data = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
            return component({ data, parentElement, setStateValue() {}, setTriggerValue() {} });
          });
          if (olderFirst) older()();
          newer();
          if (!olderFirst) older()();
        }""",
        {
            "script": drawing_script("chart/component_life.js", "chart/chart.js"),
            "html": FIGURE_HTML,
            "contents": [base64.b64encode(content).decode() for content in contents],
            "olderFirst": older_first,
        },
    )
    figure = page.get_by_label("Newer", exact=True)
    expect(figure).to_have_attribute("data-drawn", "1")
    expect(figure.locator(".scatterlayer .trace")).to_have_count(1)
    expect(page.get_by_label("Older", exact=True)).to_have_count(0)


def test_a_chart_that_goes_leaves_nothing_behind(open_chart: Callable[[str], Page]) -> None:
    page = open_chart("/")
    page.evaluate("""() => {
        window.old = document.querySelector('.explorer-chart-figure');
        window.purged = [];
        const purge = Plotly.purge;
        Plotly.purge = (node) => { purged.push(node); return purge(node); };
    }""")
    page.get_by_text("Shown").click()
    expect(page.locator(".explorer-chart-figure")).to_have_count(0)
    page.wait_for_function("purged.includes(old)")
    assert page.evaluate("[old.isConnected, old._fullLayout, old.childElementCount]") == [False, None, 0]
    page.get_by_text("Shown").click()
    wait_for_drawing(page, 1)
