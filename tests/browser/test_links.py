"""A link that is copied opens on the same screen in another browser: settings, axes and title."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import OpenPage, finished, new_profile


def copied(page: Page) -> str:
    """What a click on the button that copies the link leaves on the clipboard."""
    page.get_by_test_id("stSidebar").get_by_role("button", name="Link to this screen").click()
    button = page.get_by_test_id("stPopoverBody").get_by_role("button", name="Copy: Full link")
    button.click()
    expect(button).to_have_text("Copied")
    found: str = page.evaluate("navigator.clipboard.readText()")
    page.keyboard.press("Escape")
    expect(button).to_have_count(0)
    return found


def axes(page: Page) -> list[str]:
    return [
        page.locator(f".st-key-chart-clusters .{which}title").first.text_content() or "" for which in "xy"
    ]


def test_a_copied_link_opens_on_the_same_screen(open_page: OpenPage, chromium: Browser) -> None:
    page = open_page("/?data=Palmer+penguins")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("slider", name="Components K").press("ArrowRight")
    expect(page.get_by_role("slider", name="Components K")).to_have_value("4")
    page.get_by_test_id("stSidebar").get_by_text("diag", exact=True).click()
    page.get_by_role("combobox", name="y axis").click()
    page.get_by_role("option", name="body_mass_g").click()
    expect(page.locator(".st-key-chart-clusters .ytitle")).to_have_text("body_mass_g")
    finished(page)
    seen, bic = (
        axes(page),
        page.get_by_test_id("stMetric").filter(has_text="BIC").first.inner_text().split("\n")[1],
    )

    full = copied(page)
    assert "k=4" in full and "covariance=diag" in full and "body_mass_g" in full
    context = new_profile(chromium)
    other = context.new_page()
    other.goto(full)
    expect(other.locator(".st-key-chart-clusters .ytitle")).to_have_text("body_mass_g")
    finished(other)
    assert axes(other) == seen
    expect(other.get_by_role("slider", name="Components K")).to_have_value("4")
    expect(other.get_by_test_id("stMetric").filter(has_text="BIC").first).to_contain_text(bic)
    assert other.url == full
    context.close()


def test_a_short_link_of_an_earlier_version_opens_and_its_address_is_then_written_out(
    open_page: OpenPage,
) -> None:
    page = open_page("/?s=1isvD9AFQEEMx2CJzAA")
    expect(page.get_by_role("slider", name="Components K")).to_have_value("2")
    assert page.url.endswith("/?data=Old+Faithful&k=2&covariance=tied&seed=7")


def test_what_a_link_asks_for_in_vain_is_told_and_goes_from_the_address(open_page: OpenPage) -> None:
    page = open_page("/?k=999&covariance=DIAG")
    expect(page.get_by_role("alert")).to_contain_text(
        "Components K takes a whole number from 1 to 20, not “999”."
    )
    expect(page.get_by_role("slider", name="Components K")).to_have_value("3")
    assert page.url.endswith("/?covariance=diag")


COLOURS = (
    "[...document.querySelectorAll('.st-key-chart-clusters .legendpoints path')].map(node => node.style.fill)"
)


def test_a_copied_link_shows_clusters_in_the_colours_that_they_kept(
    open_page: OpenPage, chromium: Browser
) -> None:
    page = open_page("/?data=Unequal+sizes&k=5")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    steps = page.evaluate("history.length")
    for left in (4, 3):
        page.get_by_role("slider", name="Components K").press("ArrowLeft")
        expect(page.locator(".st-key-chart-clusters .legendpoints")).to_have_count(left)
    finished(page)
    seen = page.evaluate(COLOURS)
    assert page.evaluate("history.length") == steps  # Back leaves the app, as it did
    full = copied(page)
    assert "colours=" in full
    context = new_profile(chromium)
    other = context.new_page()
    other.goto(full)
    expect(other.locator(".st-key-chart-clusters .legendpoints")).to_have_count(3)
    finished(other)
    assert other.evaluate(COLOURS) == seen
    context.close()
