"""From data to a fitted mixture on the screen, as a person does it: keys, clicks, a file of their own."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, WebSocket, expect

from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.tables.generators import GENERATORS
from tests.browser.accessibility import settled
from tests.browser.conftest import OpenPage, finished, go_to
from tests.running_server import RunningServer
from ui.uploads.upload import WAITING

COUNT_ELLIPSES = "chart => chart.querySelectorAll('[class*=traceellipses-] path.js-line').length"
GEYSER = "duration (min),pause\n" + "\n".join(
    f"{2 + (row % 2) * 2.3 + (row * 7 % 11) / 20:.2f},{55 + (row % 2) * 25 + row * 5 % 13}"
    for row in range(80)
)


def picture(page: Page) -> Locator:
    """The large chart, drawn."""
    chart = page.locator(".explorer-chart-figure").first
    expect(chart).to_have_attribute("data-drawn", re.compile(r"\d+"))
    return chart


def ellipses(page: Page) -> int:
    found: int = picture(page).evaluate(COUNT_ELLIPSES)
    return found


def metric(page: Page, name: str) -> str:
    value = page.get_by_test_id("stMetric").filter(has_text=name).get_by_test_id("stMetricValue")
    return value.text_content() or ""


def metric_number(page: Page, name: str) -> float:
    return float(re.sub(r"[^\d.−]", "", metric(page, name)).replace("−", "-"))


def press_on_k(page: Page, key: str, expected: int) -> None:
    field = page.get_by_role("spinbutton", name="Components K")
    field.focus()
    page.keyboard.press(key)
    expect(field).to_have_value(str(expected))
    parameters = STRUCTURES["full"].parameter_count(expected, 2)
    expect(page.get_by_test_id("stMetric").filter(has_text="Parameters")).to_contain_text(str(parameters))
    finished(page)


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=re.compile(label)).first.click()
    page.get_by_role("option", name=option, exact=True).click()
    finished(page)


def upload(page: Page, content: str | bytes, name: str = "mine.csv") -> None:
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        {
            "name": name,
            "mimeType": "text/csv",
            "buffer": content.encode() if isinstance(content, str) else content,
        }
    )


def test_the_number_of_ellipses_follows_k_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/")
    before = ellipses(page)
    assert before == 3 * 3
    press_on_k(page, "ArrowUp", 4)
    expect(picture(page)).not_to_have_attribute("data-drawn", "1")
    assert ellipses(page) == 4 * 3
    press_on_k(page, "ArrowDown", 3)
    press_on_k(page, "ArrowDown", 2)
    page.wait_for_function(f"chart => ({COUNT_ELLIPSES})(chart) === 6", arg=picture(page).element_handle())


def test_a_row_is_pinned_in_the_picture_the_responsibilities_the_table_and_the_readout(
    open_page: OpenPage,
) -> None:
    page = open_page("/")
    charts = page.locator(".explorer-chart")
    expect(page.locator(".explorer-chart-figure[data-drawn]")).to_have_count(3)
    responsibilities = charts.filter(has_text="Responsibilities")
    pinned = ".explorer-chart-pinned"
    boxes = [chart.bounding_box() for chart in charts.all()]
    point = picture(page).locator(".point").nth(7)
    row: int = point.evaluate("point => point.__data__.data[0]")
    box = point.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    readout = charts.first.locator(".explorer-chart-readout")
    field = readout.get_by_role("spinbutton", name="Row")
    expect(field).to_have_value(str(row))
    expect(readout.get_by_role("status").first).to_contain_text(
        re.compile(r"feature 1 \S+feature 2 \S+1: 100\s%")
    )
    for place in (charts.first, responsibilities):
        expect(place.locator(pinned)).to_have_count(1)
    responsibilities.get_by_role("button", name="Table").click()
    marked = responsibilities.locator("tr[aria-current=true]")
    expect(marked.locator("td").first).to_have_text(str(row))
    assert [chart.bounding_box() for chart in charts.all()] == boxes

    change = readout.locator(".explorer-chart-change")
    expect(change).to_have_text("")
    before = metric_number(page, "BIC")
    press_on_k(page, "ArrowUp", 4)
    expect(change).to_have_text(re.compile("^BIC [+−]"))
    sign, size, verdict = re.fullmatch(r"BIC ([+−])([\d.]+), (\w+)", change.inner_text()).groups()  # type: ignore[union-attr]
    told = float(size) * (1 if sign == "+" else -1)
    assert told == pytest.approx(metric_number(page, "BIC") - before, abs=0.15)
    assert verdict == ("worse" if told > 0 else "better")
    choose(page, "Colour", "Responsibility")
    expect(change).not_to_have_text("")
    expect(field).to_have_value(str(row))
    expect(charts.first.locator(pinned)).to_have_count(1)
    expect(marked.locator("td").first).to_have_text(str(row))
    field.fill("9")
    field.press("Enter")
    expect(marked.locator("td").first).to_have_text("9")
    page.keyboard.press("Escape")
    expect(marked).to_have_count(0)
    expect(page.locator(pinned)).to_have_count(0)
    expect(field).to_have_value("")
    page.get_by_text("tied", exact=True).click()
    expect(change).to_have_text("")


def test_a_change_of_k_keeps_the_node_and_the_zoom(open_page: OpenPage) -> None:
    page = open_page("/")
    chart = picture(page)
    box = chart.locator(".nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.7, steps=5)
    page.mouse.up()
    zoomed: list[Any] = chart.evaluate("chart => [...chart.layout.xaxis.range, ...chart.layout.yaxis.range]")
    chart.evaluate("chart => { chart.dataset.mark = 'kept'; }")
    drawn = int(chart.get_attribute("data-drawn") or 0)
    press_on_k(page, "ArrowUp", 4)
    expect(chart).to_have_attribute("data-drawn", str(drawn + 1))
    assert chart.evaluate("chart => [...chart.layout.xaxis.range, ...chart.layout.yaxis.range]") == zoomed
    expect(chart).to_have_attribute("data-mark", "kept")


def test_on_a_phone_k_is_changed_with_the_picture_in_sight_and_a_bar_takes_it_back(
    open_page: OpenPage,
) -> None:
    page = open_page("/")
    page.set_viewport_size({"width": 390, "height": 844})
    settled(page)
    field = page.get_by_role("spinbutton", name="Components K")
    expect(field).to_be_in_viewport(ratio=1)
    before, k = picture(page).bounding_box(), field.bounding_box()
    assert before is not None and k is not None
    assert k["y"] - before["y"] > 400, "so much of the picture is above the control"
    page.get_by_role("button", name="Increment").first.click()
    page.wait_for_function(f"chart => ({COUNT_ELLIPSES})(chart) === 12", arg=picture(page).element_handle())
    known = page.get_by_role("group", name="BIC of each K").get_by_role("button")
    expect(known.nth(3)).to_have_attribute("aria-pressed", "true")
    expect(known.nth(3)).to_have_accessible_name(re.compile(r"K = 4, BIC [\d ,.]+"))
    expect(known.nth(4)).to_have_accessible_name("K = 5, not fitted yet")
    known.nth(3).focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_function(f"chart => ({COUNT_ELLIPSES})(chart) === 9", arg=picture(page).element_handle())
    expect(field).to_have_value("3")
    assert picture(page).bounding_box() == before
    expect(page).not_to_have_url(re.compile("[?&]k="))
    finished(page)
    field.press("ArrowUp")  # the browser and the server agree on what it was
    page.wait_for_function(f"chart => ({COUNT_ELLIPSES})(chart) === 12", arg=picture(page).element_handle())


def test_hovering_a_point_shows_its_responsibilities(open_page: OpenPage) -> None:
    page = open_page("/")
    point = picture(page).locator(".points path").nth(5).bounding_box()
    assert point is not None
    page.mouse.move(point["x"] + point["width"] / 2, point["y"] + point["height"] / 2, steps=3)
    told = picture(page).locator(".hoverlayer .hovertext")
    expect(told).to_contain_text(re.compile(r"Row \d+"))
    expect(told).to_have_text(re.compile(r"^Row \d+ · \d: \d+\s%\s*$"))
    readout = page.locator(".explorer-chart-values").first
    expect(readout).to_have_text(re.compile(r"^Row \d+feature 1 [−\d.]+feature 2 [−\d.]+\d: [\d.]+\s%"))
    hovered = page.locator(".explorer-chart-hovered")
    expect(hovered).to_have_count(2)  # in the picture and in the responsibilities
    page.mouse.move(0, 0)
    expect(hovered).to_have_count(0)


def test_an_uploaded_csv_is_fitted_and_names_the_axes(open_page: OpenPage) -> None:
    page = open_page("/?k=2")
    choose(page, "^Data", "Upload a file")
    expect(page.get_by_text(WAITING)).to_be_visible()
    upload(page, GEYSER)
    expect(page.locator(".xtitle").first).to_have_text("duration (min)")
    expect(page.locator(".ytitle").first).to_have_text("pause")
    expect(page.get_by_text(WAITING)).to_be_hidden()
    assert ellipses(page) == 2 * 3
    assert metric(page, "Parameters") == "11"


def test_a_bad_file_is_one_sentence_and_the_app_goes_on(open_page: OpenPage) -> None:
    page = open_page("/")
    choose(page, "^Data", "Upload a file")
    for content, name in (
        (b"\x89PNG\r\n\x1a\n\x00\x00", "picture.csv"),
        (b"", "empty.csv"),
        (b"a,b\n", "head.csv"),
    ):
        upload(page, content, name)
        expect(page.get_by_test_id("stAlert")).to_have_count(1)
        expect(page.get_by_test_id("stAlert")).not_to_contain_text(WAITING)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        expect(page.locator(".explorer-chart-figure")).to_have_count(0)  # nothing else stands in for the file
        page.get_by_role("button", name=f"Remove {name}").click()
        expect(page.get_by_test_id("stAlert")).to_contain_text(WAITING)
    upload(page, GEYSER)
    expect(page.locator(".xtitle").first).to_have_text("duration (min)")
    page.get_by_role("button", name="Remove mine.csv").click()
    expect(page.get_by_test_id("stAlert")).to_contain_text(WAITING)
    page.get_by_role("button", name="Back to mine.csv").click()
    expect(page.locator(".xtitle").first).to_have_text("duration (min)")


def test_what_a_file_is_called_and_holds_is_shown_as_it_is(open_page: OpenPage) -> None:
    name = "<img src=x onerror=alert(1)>"
    page = open_page("/")
    choose(page, "^Data", "Upload a file")
    upload(page, GEYSER.replace("pause", name), f"{name}.csv".replace("/", ""))
    expect(page.locator(".ytitle").first).to_contain_text("<img src=x")
    assert page.locator("img[src=x]").count() == 0
    go_to(page, "Explore", "Data")
    expect(page.get_by_role("heading", name=re.compile("img src"))).to_be_visible()
    assert page.locator("img[src=x]").count() == 0


def test_the_upload_stays_from_page_to_page_and_with_its_owner(open_page: OpenPage) -> None:
    page = open_page("/")
    choose(page, "^Data", "Upload a file")
    upload(page, GEYSER)
    expect(page.locator(".xtitle").first).to_have_text("duration (min)")
    go_to(page, "Explore", "Data")
    expect(page.get_by_role("heading", name="mine.csv")).to_be_visible()
    go_to(page, "Explore", "Clusters")
    expect(page.locator(".xtitle").first).to_have_text("duration (min)")
    page.goto(page.url)  # a new session with the same link: it cannot carry the file
    expect(page.get_by_text(WAITING)).to_be_visible()
    expect(page.locator(".explorer-chart-figure")).to_have_count(0)
    page.get_by_role("button", name="Back to Blobs").click()
    expect(page.locator(".xtitle").first).to_have_text("feature 1")


def test_a_link_reproduces_the_screen(open_page: OpenPage) -> None:
    page = open_page("/")
    choose(page, "^Data", "Old Faithful")
    press_on_k(page, "ArrowDown", 2)
    page.get_by_role("radio", name="tied").click()
    expect(page).to_have_url(re.compile("covariance=tied"))
    expect(page.get_by_test_id("stMetric").filter(has_text="Parameters")).to_contain_text("8")
    shown = metric(page, "BIC")
    page.goto(page.url)
    expect(page.get_by_test_id("stMetric").filter(has_text="BIC")).to_contain_text(shown)
    assert page.get_by_role("spinbutton", name="Components K").input_value() == "2"
    expect(page.locator(".xtitle").first).to_have_text("eruptions")


def test_a_heavy_fit_shows_progress_and_can_be_stopped(page: Page, server: RunningServer) -> None:
    page.goto(f"{server.url}/?data=Uniform+noise&uniform_n_samples=50000&k=15&n_init=100")
    expect(page.get_by_test_id("stProgress")).to_contain_text(re.compile(r"\b100\b"))
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_test_id("stProgress")).to_have_count(0)
    stopped = page.get_by_test_id("stMain").get_by_text("was stopped in restart")
    expect(stopped).to_be_visible()
    picture(page)
    restarts = page.get_by_role("spinbutton", name="Restarts")
    restarts.fill("1")
    restarts.press("Enter")
    expect(stopped).to_have_count(0)
    expect(page.get_by_test_id("stMetric").filter(has_text="Clear rows")).to_be_visible()


def test_another_model_is_fitted_while_a_heavy_one_still_runs(page: Page, server: RunningServer) -> None:
    page.goto(f"{server.url}/?data=Uniform+noise&uniform_n_samples=50000&k=15&n_init=100")
    expect(page.get_by_test_id("stProgress")).to_contain_text(re.compile(r"\b100\b"))
    page.get_by_text("spherical", exact=True).click()
    expect(page.get_by_role("radio", name="spherical")).to_be_checked()
    restarts = page.get_by_role("spinbutton", name="Restarts")
    restarts.fill("1")
    restarts.press("Enter")
    parameters = STRUCTURES["spherical"].parameter_count(15, 2)
    expect(page.get_by_test_id("stMetric").filter(has_text="Parameters")).to_contain_text(str(parameters))
    expect(page.get_by_test_id("stMain").get_by_text("was stopped in restart")).to_have_count(0)


def test_a_change_of_the_model_redraws_the_page_alone(page: Page, server: RunningServer) -> None:
    sidebar = GENERATORS["blobs"].description.encode()
    received: list[bytes] = []

    def keep(frame: bytes | str) -> None:
        received.append(frame.encode() if isinstance(frame, str) else frame)

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", keep)

    page.on("websocket", listen)
    page.goto(server.url)
    picture(page)
    finished(page)
    assert any(sidebar in frame for frame in received)
    received.clear()
    press_on_k(page, "ArrowUp", 4)
    expect(page).to_have_url(re.compile("k=4"))
    assert received
    assert not any(sidebar in frame for frame in received)
