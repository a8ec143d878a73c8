"""From data to a fitted mixture on the screen, as a person does it: keys, clicks, a file of their own."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, WebSocket, expect

from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.tables.generators import GENERATORS
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
    return value.inner_text()


def press_on_k(page: Page, key: str, expected: int) -> None:
    slider = page.get_by_role("slider", name="Components K")
    slider.focus()
    page.keyboard.press(key)
    expect(slider).to_have_value(str(expected))
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
    press_on_k(page, "ArrowRight", 4)
    expect(picture(page)).not_to_have_attribute("data-drawn", "1")
    assert ellipses(page) == 4 * 3
    press_on_k(page, "ArrowLeft", 3)
    press_on_k(page, "ArrowLeft", 2)
    page.wait_for_function(f"chart => ({COUNT_ELLIPSES})(chart) === 6", arg=picture(page).element_handle())


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
    press_on_k(page, "ArrowRight", 4)
    expect(chart).to_have_attribute("data-drawn", str(drawn + 1))
    assert chart.evaluate("chart => [...chart.layout.xaxis.range, ...chart.layout.yaxis.range]") == zoomed
    expect(chart).to_have_attribute("data-mark", "kept")


def test_hovering_a_point_shows_its_responsibilities(open_page: OpenPage) -> None:
    page = open_page("/")
    point = picture(page).locator(".points path").nth(5).bounding_box()
    assert point is not None
    page.mouse.move(point["x"] + point["width"] / 2, point["y"] + point["height"] / 2, steps=3)
    told = picture(page).locator(".hoverlayer .hovertext")
    expect(told).to_contain_text(re.compile(r"Row \d+"))
    for component in (1, 2, 3):
        expect(told).to_contain_text(re.compile(rf"component {component}: [\d.]+ %"))


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
        assert ellipses(page) == 9
        page.get_by_role("button", name=f"Remove {name}").click()
        expect(page.get_by_test_id("stAlert")).to_contain_text(WAITING)
    upload(page, GEYSER)
    expect(page.locator(".xtitle").first).to_have_text("duration (min)")
    page.get_by_role("button", name="Remove mine.csv").click()
    expect(page.locator(".xtitle").first).to_have_text("feature 1")


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
    expect(page.locator(".xtitle").first).to_have_text("feature 1")


def test_a_link_reproduces_the_screen(open_page: OpenPage) -> None:
    page = open_page("/")
    choose(page, "^Data", "Old Faithful")
    press_on_k(page, "ArrowLeft", 2)
    page.get_by_role("radio", name="tied").click()
    expect(page).to_have_url(re.compile("covariance=tied"))
    expect(page.get_by_test_id("stMetric").filter(has_text="Parameters")).to_contain_text("8")
    shown = metric(page, "BIC")
    page.goto(page.url)
    expect(page.get_by_test_id("stMetric").filter(has_text="BIC")).to_contain_text(shown)
    assert page.get_by_role("slider", name="Components K").input_value() == "2"
    expect(page.locator(".xtitle").first).to_have_text("eruptions")


def test_a_heavy_fit_shows_progress_and_can_be_stopped(page: Page, server: RunningServer) -> None:
    page.goto(f"{server.url}/?data=Uniform+noise&uniform_n_samples=50000&k=15&n_init=100")
    expect(page.get_by_test_id("stProgress")).to_contain_text(re.compile(r"\b100\b"))
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_test_id("stProgress")).to_have_count(0)
    stopped = page.get_by_test_id("stMain").get_by_text("was stopped")
    expect(stopped).to_be_visible()
    picture(page)
    restarts = page.get_by_role("spinbutton", name="Restarts")
    restarts.fill("1")
    restarts.press("Enter")
    expect(stopped).to_have_count(0)
    expect(page.get_by_test_id("stMetric").filter(has_text="Iterations")).to_be_visible()


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
    expect(page.get_by_test_id("stMain").get_by_text("was stopped")).to_have_count(0)


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
    press_on_k(page, "ArrowRight", 4)
    expect(page).to_have_url(re.compile("k=4"))
    assert received
    assert not any(sidebar in frame for frame in received)
