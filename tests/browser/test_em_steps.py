"""The film in a browser: it plays, pauses, steps and scrubs, and starts where a person clicks."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.tables.preparation import Preparation, prepare
from gmm_core.tables.samples import load_sample
from tests.browser.conftest import Motion, OpenPage, finished
from ui.figures.base.blend import hexadecimal, oklab
from ui.figures.base.palette import colour

FILM = "/em-steps?data=Old+Faithful&k=3"
FILLS = "[...document.querySelectorAll('.explorer-film-picture .points path')].map(node => node.style.fill)"
CUT_OFF = """
() => {
  const beside = document.querySelector(".explorer-film-beside").getBoundingClientRect();
  const outside = [...document.querySelectorAll(".explorer-film math *")].filter((node) => {
    const { left, right } = node.getBoundingClientRect();
    return left < beside.left - 1 || right > beside.right + 1;
  });
  const scrolled = [...document.querySelectorAll(".explorer-film-formula, .explorer-film-scroll")].filter(
    (node) => node.scrollWidth > node.clientWidth + 1);
  const low = [...document.querySelectorAll(".explorer-film-formula")].filter(
    (node) => node.scrollHeight > node.clientHeight + 1);
  return [...outside, ...scrolled, ...low].map((node) => node.textContent);
}
"""
SCREENS = [(1440, 900), (1280, 720), (390, 844)]
LOWEST_EDGES = """
() => [".explorer-film-picture", ".explorer-film-transport", ".explorer-film-status", ".explorer-film-curve"].map(
  (part) => document.querySelector(part).getBoundingClientRect().bottom)
"""
MARK = """
() => ["mark"].concat([...document.querySelectorAll("[data-uid^=ellipse-]")].map(n => n.dataset.uid))
  .map(uid => { const node = document.querySelector(`[data-uid="${uid}"]`); return node && node.outerHTML; })
"""


@pytest.fixture(scope="module")
def motion() -> Motion:
    """A film moves."""
    return "no-preference"


def film(page: Page) -> None:
    """Wait until the film stands on its first frame, with all its pictures drawn."""
    at_start = re.compile("^Start: log-likelihood −[0-9.,]+$")
    expect(page.locator(".explorer-film-status")).to_have_text(at_start)
    page.wait_for_function(
        "document.querySelectorAll('.explorer-film .explorer-chart-figure[data-drawn]').length === 3"
    )
    page.wait_for_selector(".explorer-film[data-painted='0']", state="attached")


def at_frame(page: Page, frame: int) -> None:
    page.wait_for_selector(f".explorer-film[data-painted='{frame}'][data-frame='{frame}']", state="attached")


def shapes(page: Page) -> list[str | None]:
    """The likelihood's mark and the ellipses as they are drawn now."""
    found: list[str | None] = page.evaluate(MARK)
    return found


def test_it_is_stepped_by_keyboard_and_the_pictures_follow(open_page: OpenPage) -> None:
    page = open_page(FILM)
    film(page)
    status = page.locator(".explorer-film-status")
    page.locator(".explorer-film").focus()
    start, uncoloured = shapes(page), page.evaluate(FILLS)
    assert len(set(uncoloured)) == 1
    assert len(start) == 1 + 3
    assert all(start)
    page.keyboard.press("ArrowRight")
    at_frame(page, 1)
    expect(status).to_have_text(re.compile("^Iteration 1, after the E-step"))
    assert shapes(page) == start  # an E-step moves no parameter
    page.keyboard.press("ArrowRight")
    at_frame(page, 2)
    expect(status).to_have_text(re.compile("^Iteration 1, after the M-step"))
    page.wait_for_function("before => JSON.stringify((" + MARK + ")()) !== before", arg=_json(page, start))
    page.keyboard.press("ArrowLeft")
    at_frame(page, 1)
    page.keyboard.press("End")
    slider = page.get_by_role("slider", name="Half-step of EM")
    slider.fill("2")  # from so far the film jumps there
    at_frame(page, 2)
    jumped = _json(page, shapes(page))
    slider.fill("1")
    at_frame(page, 1)
    page.locator(".explorer-film").focus()
    page.keyboard.press("ArrowRight")  # and glides there
    page.wait_for_function("jumped => JSON.stringify((" + MARK + ")()) === jumped", arg=jumped)
    page.keyboard.press("End")
    expect(status).to_have_text(re.compile("^Converged after [0-9,]+ iterations: log-likelihood"))
    assert len(set(page.evaluate(FILLS))) > 1
    page.keyboard.press("Home")
    expect(status).to_have_text(re.compile("^Start"))
    at_frame(page, 0)
    assert page.evaluate(FILLS) == uncoloured  # before the first E-step nothing is known of them


def _json(page: Page, value: object) -> str:
    text: str = page.evaluate("value => JSON.stringify(value)", value)
    return text


def test_it_plays_pauses_and_is_scrubbed_back_without_the_server(open_page: OpenPage) -> None:
    page = open_page(FILM)
    film(page)
    page.evaluate(
        """() => {
          const send = WebSocket.prototype.send;
          window.sent = 0;
          WebSocket.prototype.send = function (...values) { window.sent += 1; return send.apply(this, values); };
        }"""
    )
    root = page.locator(".explorer-film")
    root.focus()
    page.locator(".explorer-film-speed").select_option("30")
    root.focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.wait_for_function("Number(document.querySelector('.explorer-film').dataset.frame) > 20")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    frame = int(root.get_attribute("data-frame") or 0)
    later = shapes(page)
    slider = page.get_by_role("slider", name="Half-step of EM")
    slider.fill("4")
    at_frame(page, 4)
    assert frame > 20
    assert shapes(page) != later
    assert page.evaluate("window.sent") == 0


def test_the_formulas_are_those_of_the_half_step_and_of_the_picked_point(open_page: OpenPage) -> None:
    page = open_page(FILM)
    film(page)
    page.locator(".explorer-film").focus()
    page.keyboard.press("ArrowRight")
    formulas = page.locator(".explorer-film-formulas")
    expect(formulas).to_contain_text("E-step")
    row = re.compile(r"row [0-9]+")
    before = row.search(formulas.inner_text())
    assert before
    assert formulas.locator("math").count() >= 2
    assert page.evaluate(CUT_OFF) == []
    points = page.locator(".explorer-film-picture .points path")
    target = points.nth(3).bounding_box()
    assert target
    page.mouse.click(target["x"] + target["width"] / 2, target["y"] + target["height"] / 2)
    expect(formulas).not_to_contain_text(before.group())
    page.locator(".explorer-film").focus()
    page.keyboard.press("ArrowRight")
    expect(formulas).to_contain_text("M-step")
    assert page.evaluate(CUT_OFF) == []


@pytest.mark.parametrize("present", ["", "&present=true"])
def test_no_formula_is_cut_off_at_any_width(present: str, open_page: OpenPage) -> None:
    page = open_page(FILM + present)
    film(page)
    slider = page.get_by_role("slider", name="Half-step of EM")
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        for frame in (1, 2):
            slider.fill(str(frame))
            at_frame(page, frame)
            for component in range(1, 4):
                page.get_by_role("button", name=f"Component {component}: put its numbers").click()
                assert page.evaluate(CUT_OFF) == [], (width, frame, component)


@pytest.mark.parametrize(
    ("width", "height", "query"),
    [
        (1280, 800, FILM),
        (1280, 720, FILM + "&present=true"),
        (1280, 720, "/em-steps?data=Old+Faithful&k=2&start=Placed+by+hand&means=2,50;4,85&present=true"),
    ],
)
def test_picture_buttons_and_what_they_tell_are_on_one_screen(
    width: int, height: int, query: str, open_page: OpenPage, page: Page
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    open_page(query)
    film(page)
    page.wait_for_function(f"() => Math.max(...({LOWEST_EDGES})()) <= innerHeight")
    picture = page.locator(".explorer-film-picture").bounding_box()
    assert picture
    assert picture["y"] > 0  # nothing is scrolled
    assert picture["height"] > 0.45 * height
    page.set_viewport_size({"width": width, "height": height - 50})
    page.wait_for_function(f"() => Math.max(...({LOWEST_EDGES})()) <= innerHeight")


def test_units_are_told_beside_densities_and_beside_parameters(open_page: OpenPage) -> None:
    page = open_page(FILM)
    film(page)
    page.locator(".explorer-film").focus()
    for step in ("E-step", "M-step"):
        page.keyboard.press("ArrowRight")
        expect(page.locator(".explorer-film-formulas h3")).to_contain_text(step)
        expect(page.locator(".explorer-film-formulas")).to_contain_text(
            "densities and the log-likelihood in those of"
        )


def test_a_start_far_below_the_curve_is_marked_on_it(open_page: OpenPage) -> None:
    page = open_page("/em-steps?data=Old+Faithful&k=2&start=Placed+by+hand&means=2.5,90;4,50")
    film(page)
    curve = page.locator(".explorer-film-curve")
    start = page.locator(".explorer-film-status").inner_text().split()[-1]
    expect(curve).to_contain_text(f"start: {start}, far below")
    mark, plot = curve.locator("[data-uid=mark]").bounding_box(), curve.locator(".nsewdrag").bounding_box()
    assert mark
    assert plot
    assert mark["y"] + mark["height"] <= plot["y"] + plot["height"]  # not cut off


WORKED = """() => [...document.querySelectorAll('.explorer-film-formula')]
  .filter(math => math.textContent.includes('≈'))
  .map(math => [...math.querySelectorAll('mn')].filter(node => !node.closest('msub')).map(node => node.textContent))"""


def number(shown: str) -> float:
    mantissa, _, power = shown.replace("−", "-").replace(",", "").partition(" × 10")
    return float(mantissa) * 10 ** int(power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or 0)


def test_whoever_calculates_the_worked_formulas_gets_what_they_say(open_page: OpenPage) -> None:
    page = open_page("/em-steps?data=Blobs&k=3")
    film(page)
    page.locator(".explorer-film").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        expect(page.locator(".explorer-film-formulas")).to_contain_text("E-step")
        ((weight, density, *terms, share),) = page.evaluate(WORKED)
        worked = number(weight) * number(density) / sum(map(number, terms))
        assert worked == pytest.approx(number(share), rel=0.0051)  # three digits

        page.keyboard.press("ArrowRight")
        expect(page.locator(".explorer-film-formulas")).to_contain_text("M-step")
        (count, rows, result), (one, by, *values) = page.evaluate(WORKED)
        assert number(count) / number(rows) == pytest.approx(number(result), rel=0.0006 / number(result))
        assert (one, by) == ("1", count)
        for total, mean in zip(values[:2], values[2:], strict=True):
            assert number(total) / number(count) == pytest.approx(number(mean), abs=0.0051)


def test_a_ring_marks_the_picked_point_from_the_first_frame_on(open_page: OpenPage) -> None:
    page = open_page(FILM)
    film(page)
    offsets = page.evaluate(
        """() => {
          const middle = node => {
            const { x, y, width, height } = node.getBoundingClientRect();
            return [x + width / 2, y + height / 2];
          };
          const [x, y] = middle(document.querySelector('[data-uid="picked"]'));
          const points = [...document.querySelectorAll('.explorer-film-picture .points path')];
          return points.map(middle).map(([a, b]) => Math.hypot(a - x, b - y));
        }"""
    )
    assert min(offsets) < 1.5  # pixels
    expect(page.locator(".explorer-film-unknown")).to_be_visible()
    page.locator(".explorer-film").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".explorer-film-unknown")).to_be_hidden()


def test_colours_are_mixed_as_on_every_other_page(open_page: OpenPage) -> None:
    dataset = load_sample("faithful")
    rows = prepare(dataset, Preparation(dataset.default_columns())).X
    runs = fit(rows, FitSpecification(n_components=3, n_init=4)).runs
    longest = max(runs, key=lambda run: run.n_iterations)
    page = open_page(FILM)
    film(page)
    page.locator(".explorer-film").focus()
    for frame, mixture in ((1, longest.mixtures[0]), (21, longest.mixtures[10])):
        page.get_by_role("slider", name="Half-step of EM").fill(str(frame))
        at_frame(page, frame)
        found = page.evaluate(
            """() => [...document.querySelectorAll('.explorer-film-picture .points path')]
              .map(node => getComputedStyle(node).fill.match(/[0-9]+/g).slice(0, 3).map(Number))"""
        )
        mixed = hexadecimal(mixture.responsibilities(rows) @ oklab([colour(k) for k in range(3)]))
        expected = [[int(name[first : first + 2], 16) for first in (1, 3, 5)] for name in mixed]
        assert np.shape(found) == (272, 3)
        assert np.abs(np.subtract(found, expected)).max() <= 1  # of 255
        assert len(set(mixed)) > 50


def test_means_placed_by_clicks_are_where_the_fit_starts(open_page: OpenPage) -> None:
    page = open_page("/em-steps?data=Old+Faithful&k=2&start=Placed+by+hand")
    status = page.locator(".explorer-film-status")
    expect(status).to_have_text("Click in the picture where the two means shall start.")
    picture = page.locator(".explorer-film-picture .nsewdrag").first
    box = picture.bounding_box()
    assert box
    page.mouse.click(box["x"] + 0.2 * box["width"], box["y"] + 0.8 * box["height"])
    expect(status).to_contain_text("1 to go")
    page.mouse.click(box["x"] + 0.8 * box["width"], box["y"] + 0.2 * box["height"])
    film(page)
    finished(page)
    expect(page).to_have_url(re.compile("means="))
    placed = page.get_by_role("textbox", name="Starting means").input_value()
    assert placed.count(";") == 1
    page.keyboard.press("End")
    expect(status).to_have_text(re.compile("^Converged after"))
    page.goto(page.url)  # the link carries the means
    film(page)
    expect(page.get_by_role("textbox", name="Starting means")).to_have_value(placed)
