"""The whole course by keyboard on a phone: every question answered wrongly and rightly, nothing out of place."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage, finished, go_to
from ui.lessons.course import course
from ui.lessons.lesson import Lesson

PHONE = {"width": 390, "height": 844}
MAX_TABS = 100
WAY = """node => document.activeElement === node ? null :
  document.activeElement.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_PRECEDING ? 'Shift+Tab' : 'Tab'"""
LESSONS = list(course().values())
TOO_WIDE = """() => [...document.querySelectorAll('[data-testid=stMain] *')].filter(node => {
  const shown = node.checkVisibility() && [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim());
  if (!shown || node.closest('.explorer-chart-figure, [data-testid=stDataFrame], .katex')) return false;
  const scrolls = node.closest('[data-testid=stTable], [data-testid=stTabs]');
  return !scrolls && (node.getBoundingClientRect().right > innerWidth + 1 || node.scrollWidth > node.clientWidth + 1)
    && getComputedStyle(node).display !== 'inline';
}).map(node => node.textContent.slice(0, 60))"""
"""Texts that run over their place; charts, tables and formulas scroll in theirs."""


def press(page: Page, button: Locator) -> None:
    """By Tab from where the focus is, forwards or back, and Enter, as whoever has no mouse does."""
    for _ in range(MAX_TABS):
        way = button.evaluate(WAY)
        if way is None:
            break
        page.keyboard.press(way)
    expect(button).to_be_focused()
    page.keyboard.press("Enter")


def nothing_is_out_of_place(page: Page) -> None:
    finished(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(TOO_WIDE) == []
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.locator(".explorer-chart-failure:visible")).to_have_count(0)


def answer(page: Page, text: str) -> None:
    press(page, page.locator(".st-key-lesson-strip").get_by_role("button", name=text, exact=True))


def walk_through(page: Page, lesson: Lesson) -> None:
    strip = page.locator(".st-key-lesson-strip")
    expect(strip.get_by_text(lesson.question)).to_be_visible()
    explained = strip.get_by_text(lesson.explanation[:40])
    expect(explained).to_have_count(0)
    nothing_is_out_of_place(page)
    wrong = next(text for position, text in enumerate(lesson.answers) if position != lesson.right)
    answer(page, wrong)
    expect(strip.get_by_text("Not quite.")).to_be_visible()
    expect(explained).to_be_visible()
    nothing_is_out_of_place(page)
    answer(page, lesson.answers[lesson.right])
    expect(strip.get_by_text("Right.", exact=True)).to_be_visible()
    nothing_is_out_of_place(page)


def test_the_course_is_walked_from_first_to_last(open_page: OpenPage, page: Page) -> None:
    page.set_viewport_size(PHONE)
    open_page("/lessons")
    nothing_is_out_of_place(page)
    press(page, page.get_by_role("link", name=re.compile(f"1 · {re.escape(LESSONS[0].title)}")))
    for lesson in LESSONS:
        walk_through(page, lesson)
        if lesson is not LESSONS[-1]:
            press(page, page.get_by_role("button", name="Next", exact=True))
    press(page, page.get_by_role("button", name="End lesson"))
    expect(page.locator(".st-key-lesson-strip")).to_have_count(0)


def test_a_lesson_opened_from_its_card_brings_its_own_data_and_model(open_page: OpenPage) -> None:
    page = open_page("/?data=Crossed+groups&k=2&covariance=tied&n_init=2")
    go_to(page, "Learn", "Lessons")
    lesson = course()["local-optima"]
    page.get_by_role("link", name=re.compile(re.escape(lesson.title))).click()
    strip = page.locator(".st-key-lesson-strip")
    expect(strip.get_by_text(lesson.question)).to_be_visible()
    finished(page)
    expect(page.get_by_role("combobox", name="Data")).to_have_value("Old Faithful")
    expect(page.get_by_role("slider", name="Components K")).to_have_value("3")
    expect(page.get_by_role("radio", name="full")).to_be_checked()
    assert "Crossed" not in page.url


def test_presenter_mode_enlarges_type_and_figures_and_folds_the_sidebar(open_page: OpenPage) -> None:
    page = open_page("/?lesson=local-optima")
    ellipses = "node._fullData.find(trace => trace.uid.startsWith('ellipses'))"
    drawn = "[...document.querySelectorAll('.explorer-chart-figure[data-drawn]')]"
    figure = f"{drawn}.find(node => {ellipses})"
    page.wait_for_function(figure)
    size = f"{figure}._fullLayout.font.size"
    text = "parseFloat(getComputedStyle(document.querySelector('.st-key-lesson-strip p')).fontSize)"
    line = f"[{figure}].map(node => {ellipses}.line.width)[0]"
    before = [page.evaluate(each) for each in (size, text, line)]
    expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "false")
    press(page, page.get_by_role("button", name="Present", exact=True))
    page.wait_for_function(f"{size} > {before[0]}")
    finished(page)
    after = [page.evaluate(each) for each in (size, text, line)]
    assert [round(large / small, 2) for large, small in zip(after, before, strict=True)] == [1.35] * 3
    expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "true")
    assert "present=true" in page.url
