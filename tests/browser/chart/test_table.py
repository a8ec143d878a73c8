"""The table of a figure takes its place, and follows it."""

from collections.abc import Callable

from playwright.sync_api import Page, WebSocket, expect

from tests.browser.chart.drawn import full, node, press, wait_for_drawing, zoom


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
