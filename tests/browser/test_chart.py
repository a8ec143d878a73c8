"""The chart component in a real browser: it stays put, follows theme and width, answers, lets nothing in."""

import base64
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import plotly.graph_objects as go
import pytest
from playwright.sync_api import Browser, FloatRect, Locator, Page, Route, WebSocket, expect

from tests.browser.conftest import OpenPage, finished, new_profile
from tests.running_server import REPOSITORY, RunningServer, StartServer
from ui.chart.chart import ChartMessage
from ui.chart.parts import FIGURE_HTML, drawing_script
from ui.chart.plotly_javascript import ensure_plotly_javascript

SCRIPT = Path(__file__).parent / "scripts" / "chart_script.py"
INK = "--st-text-color"


@pytest.fixture(scope="module")
def chart_app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the script, the app's settings and Plotly's JavaScript."""
    folder = tmp_path_factory.mktemp("chart")
    shutil.copy(SCRIPT, folder)
    shutil.copytree(REPOSITORY / ".streamlit", folder / ".streamlit")
    ensure_plotly_javascript(folder / "static")
    return folder


@pytest.fixture(scope="module")
def chart_server(start_server: StartServer, chart_app: Path) -> RunningServer:
    return start_server(script=SCRIPT.name, source=chart_app, environment={"PYTHONPATH": str(REPOSITORY)})


@pytest.fixture
def open_chart(open_page: OpenPage, chart_server: RunningServer) -> Callable[[str], Page]:
    """A function that opens one of the script's pages and returns it when its first chart is drawn."""

    def open_drawn(path: str) -> Page:
        page = open_page(path, on=chart_server)
        wait_for_drawing(page, 1)
        return page

    return open_drawn


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


def said(page: Page) -> Locator:
    return page.get_by_text(re.compile("^clicked "))


def answer_to_click(page: Page, across: float, down: float) -> str:
    """Click a place, in shares of the plot's width and height, and return what the script then says."""
    before, box = said(page).inner_text(), plot_area(page)
    page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])
    expect(said(page)).not_to_have_text(before)
    return said(page).inner_text()


def numbers(answer: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.\d+", answer)]


def css_variable(page: Page, name: str) -> str:
    value: str = node(page).evaluate("(node, name) => getComputedStyle(node).getPropertyValue(name)", name)
    return value


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
    expect(said(page)).to_have_text(re.compile(r"picked \[5\]"))
    press(page, "Components")
    wait_for_drawing(page, 2)
    expect(said(page)).to_have_text("clicked nothing, picked [5]")
    page.get_by_role("radiogroup", name="Axes").get_by_text("others").click()
    expect(said(page)).to_have_text("clicked nothing, picked []")


def at_rest(page: Page, path: str) -> Any:
    """A value of the figure once it is the same for thirty frames: a turned view swings out."""
    before, now = None, full(page, path)
    while now != before:
        page.evaluate(
            "async () => { for (let n = 0; n < 30; n++) await new Promise(requestAnimationFrame); }"
        )
        before, now = now, full(page, path)
    return now


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
    expect(said(page)).to_have_text("clicked nothing, picked [7]")


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


def test_a_cell_of_a_heatmap_can_be_clicked_and_picked(open_chart: Callable[[str], Page]) -> None:
    page = open_chart("/grid")
    answer = answer_to_click(page, 0.4, 0.5)
    assert numbers(answer) == pytest.approx((1.1, 1.0), abs=0.05)
    expect(said(page)).to_have_text(re.compile(r"picked \[5\]"))


def test_the_table_takes_the_figure_s_place_by_keyboard_without_asking_the_server(
    page: Page, open_chart: Callable[[str], Page]
) -> None:
    sent: list[str | bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(frame))

    page.on("websocket", listen)
    open_chart("/")
    zoomed = zoom(page)
    asked = len(sent)
    toggle = page.get_by_role("button", name="Table")
    expect(toggle).to_have_attribute("aria-pressed", "false")
    expect(toggle).to_have_accessible_description("3 ellipses")
    toggle.focus()
    page.keyboard.press("Enter")

    expect(toggle).to_be_focused()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    region = page.get_by_role("region", name="Table: 3 ellipses")
    expect(region.get_by_role("columnheader")).to_have_text(["first", "group"])
    expect(region.locator("tbody tr")).to_have_count(500)
    expect(region.locator("tbody tr").nth(2).locator("td")).to_have_text(["0.25", "–"])
    expect(region.locator("caption")).to_have_text("The first 500 of 1,200 rows")
    size = region.evaluate("node => [node.offsetHeight, node.scrollHeight > node.clientHeight]")
    assert size == [480, True]
    expect(page.get_by_label("3 ellipses", exact=True)).to_be_hidden()
    page.keyboard.press("Space")
    expect(page.get_by_label("3 ellipses", exact=True)).to_be_visible()
    assert full(page, "xaxis.range") == zoomed
    assert len(sent) == asked


def test_a_table_shown_follows_the_figure(open_chart: Callable[[str], Page]) -> None:
    page = open_chart("/")
    page.get_by_role("button", name="Table").click()
    press(page, "Components")
    expect(page.get_by_role("region", name="Table: 4 ellipses")).to_be_visible()
    page.get_by_role("button", name="Table").click()
    wait_for_drawing(page, 2)
    expect(node(page).locator(".scatterlayer .trace")).to_have_count(5)


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
    expect(said(page)).not_to_have_text(re.compile("nothing"))
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


def test_the_mode_bar_shows_on_hover_and_downloads_named_pictures(open_chart: Callable[[str], Page]) -> None:
    page = open_chart("/")
    bar = node(page).locator(".modebar")
    group = bar.locator(".modebar-group").last
    expect(group).to_have_css("opacity", "0")
    box = plot_area(page)
    page.mouse.move(box["x"] + 50, box["y"] + 50)
    expect(group).to_have_css("opacity", "1")
    titles = bar.locator("[data-title]").evaluate_all(
        "buttons => buttons.map((button) => button.dataset.title)"
    )
    assert {"Download as PNG", "Download as SVG", "Reset axes"} <= set(titles)
    assert not [title for title in titles if re.search("plotly|cloud", title, re.IGNORECASE)]
    assert bar.locator(".plotlyjsicon").count() == 0
    for kind, start in (("PNG", b"\x89PNG"), ("SVG", b"<svg")):
        with page.expect_download() as download:
            bar.locator(f"[data-title='Download as {kind}']").click()
        assert download.value.suggested_filename == f"clusters.{kind.lower()}"
        assert Path(download.value.path()).read_bytes().startswith(start)


def test_the_mode_bar_is_one_stop_of_the_tab_key_and_arrows_move_in_it(
    open_chart: Callable[[str], Page],
) -> None:
    page = open_chart("/")
    whole = full(page, "xaxis.range")
    page.get_by_role("button", name="Table").focus()
    page.keyboard.press("Tab")
    bar = page.get_by_role("toolbar", name="Chart tools").first
    expect(bar.locator(".modebar-group").last).to_have_css("opacity", "1")
    focused = bar.locator(":focus")
    first = focused.get_attribute("aria-label")
    page.keyboard.press("ArrowLeft")
    expect(focused).to_have_attribute("aria-label", "Download as SVG")
    page.keyboard.press("ArrowRight")
    expect(focused).to_have_attribute("aria-label", first or "")
    while focused.get_attribute("aria-label") != "Zoom in":
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "([node, before]) => node._fullLayout.xaxis.range[0] > before[0]",
        arg=[node(page).element_handle(), whole],
    )
    page.keyboard.press("Tab")
    expect(bar.locator(":focus")).to_have_count(0)


def test_a_name_from_a_file_shows_as_it_is_and_does_nothing(
    page: Page, open_chart: Callable[[str], Page]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_chart("/hostile")
    name = re.sub(r"\u2060", "", node(page).get_attribute("aria-label") or "")
    assert name.startswith("<img src=x onerror")

    def shown(locator: Locator) -> str:
        return re.sub("\u2060", "", locator.text_content() or "").replace("\u00a0", " ").strip()

    point = node(page).locator(".point").first.bounding_box()
    assert point is not None
    page.mouse.move(point["x"] + 3, point["y"] + 3)
    hover = node(page).locator(".hoverlayer .hovertext")
    expect(hover).to_be_visible()
    places = {
        "axis": node(page).locator(".xtitle"),
        "title": node(page).locator(".gtitle"),
        "legend": node(page).locator(".legendtext").first,
        "markdown": page.get_by_test_id("stMarkdown").get_by_test_id("stMarkdownContainer"),
        "label": page.get_by_test_id("stWidgetLabel").get_by_test_id("stMarkdownContainer"),
    }
    assert {place: shown(locator) for place, locator in places.items()} == dict.fromkeys(places, name)
    assert shown(hover) == f"{name}: 0.00"

    page.get_by_role("button", name="Table").click()
    table = page.locator(".explorer-chart-table")
    assert [shown(cell) for cell in table.locator("th, td").all()] == [name, name]
    made = "a, img, code, strong, em, del, sup, .katex, .stMarkdown span"
    assert page.get_by_test_id("stMain").locator(made).count() == 0
    server = urlsplit(page.url).netloc
    assert [url for url in asked if urlsplit(url).netloc not in (server, "")] == []


def test_plotly_s_javascript_is_asked_for_once_per_page(
    page: Page, open_chart: Callable[[str], Page]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_chart("/")
    expect(page.get_by_label("Ten points", exact=True)).to_have_attribute("data-drawn", "1")
    press(page, "Components")
    wait_for_drawing(page, 2)
    assert len([url for url in asked if "/app/static/plotly" in url]) == 1


def test_without_plotly_s_javascript_a_sentence_stands_in_the_chart_s_place(
    page: Page, open_page: OpenPage, chart_server: RunningServer
) -> None:
    def refuse(route: Route) -> None:
        route.abort()

    page.route("**/app/static/plotly*", refuse)
    open_page("/", on=chart_server)
    sentence = page.get_by_role("alert").filter(has_text="The chart could not be loaded: reload the page.")
    expect(sentence).to_have_count(2)
    page.unroute("**/app/static/plotly*")
    press(page, "Components")
    wait_for_drawing(page, 1)
    expect(page.locator(".explorer-chart-failure").first).to_be_hidden()


def test_a_deep_link_below_a_base_path_finds_plotly_s_javascript(
    start_server: StartServer, chart_app: Path, open_page: OpenPage
) -> None:
    below = start_server(
        script=SCRIPT.name,
        source=chart_app,
        base_path="some/where",
        environment={"PYTHONPATH": str(REPOSITORY)},
    )
    page = open_page("/grid", on=below)
    wait_for_drawing(page, 1)
    assert urlsplit(page.url).path == "/some/where/grid"


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
