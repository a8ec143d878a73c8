"""What everybody needs of a page, seen in a browser: axe-core's rules, and the way of the Tab key through it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from playwright.sync_api import Page

from tests.browser.conftest import finished

AXE_SCRIPT = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
GRAVE = ("serious", "critical")
ASKED_FOR = ("heading-order", "page-has-heading-one", "landmark-one-main", "empty-table-header")
"""Rules of lesser impact that this app keeps all the same."""
COLOUR = ("color-contrast", "link-in-text-block")
LOOKS = 3
"""How often a violation must be seen: while a theme is put on or a run ends, parts of a page are still faded."""
NOT_OURS = {
    (
        "list",
        '[data-testid="stSidebarNavItems"]',
    ): "Streamlit puts a <div> for each section between <ul> and <li>",
    ("listitem", '[data-testid="stSidebarNavItems"] li'): "the same, seen from the <li>",
    ("empty-table-header", ".stDataFrame th"): "Streamlit's grid leaves the head of its row numbers empty",
    (
        "scrollable-region-focusable",
        ".stCode pre[data-reached]",
    ): "Streamlit's code has no tabindex, but browsers let the Tab key reach what scrolls, as was seen here",
    ("empty-table-header", ".stTable th"): "Streamlit's table leaves the head of its index empty",
}
"""Rule and selector of what Streamlit makes so, and why; no option, style or component of ours reaches it."""

AXE = """
async ([notOurs, grave, askedFor, only]) => {
  const rules = only.length ? { runOnly: { type: "rule", values: only } } : {};
  const { violations } = await axe.run(document, { resultTypes: ["violations"], ...rules });
  const excused = (rule, node) => notOurs.some(([name, selector]) => name === rule && node.element?.matches(selector));
  const element = ({ target }) => document.querySelector(target[0]);
  return violations
    .filter(({ id, impact }) => grave.includes(impact) || askedFor.includes(id))
    .flatMap(({ id, help, nodes }) => nodes.filter((node) => !excused(id, { element: element(node) }))
      .map(({ html, any }) => `${id}: ${help}: ${html.slice(0, 200)} ${any.map(({ message }) => message).join(" ")}`));
}
"""
FOCUS = """
() => {
  const probe = document.body.appendChild(document.createElement("i"));
  probe.style.color = "var(--explorer-accent)";
  probe.style.colorScheme = getComputedStyle(document.querySelector("[data-testid=stApp]")).colorScheme;
  const accent = getComputedStyle(probe).color;
  probe.remove();
  let node = document.activeElement;
  if (!node || node === document.body) return null;
  while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  node.setAttribute("data-reached", "");
  const ringed = ({ outlineStyle, outlineWidth, outlineColor, borderTopColor, borderTopWidth }) =>
    (outlineStyle === "solid" && parseFloat(outlineWidth) >= 2 && outlineColor !== "rgba(0, 0, 0, 0)") ||
    (parseFloat(borderTopWidth) > 0 && borderTopColor === accent);
  let [around, visible] = [node, false];
  for (let level = 0; around && level < 5 && !visible; level++, around = around.parentElement) {
    visible = ringed(getComputedStyle(around));
  }
  return [visible, node.outerHTML.slice(0, 200)];
}
"""
MISSED = """
() => {
  // Of these, one part has the focus and arrows, or Backspace in a field of tags, reach the others.
  const together = "[role=radiogroup], [role=toolbar], [role=tablist], [role=group], .stNumberInput, .stSelectbox, " +
    ".stMultiSelect, .stButtonGroup, .stDataFrame";
  return [...document.querySelectorAll("button, a[href], input, select, textarea, summary, [tabindex]")]
    .filter((node) => node.checkVisibility({ visibilityProperty: true }) && !node.disabled && !node.closest("[inert]"))
    .filter((node) => node.getBoundingClientRect().width > 0 && !node.matches("[data-reached], [aria-hidden=true] *"))
    .filter((node) => node.tabIndex >= 0 || node.matches("button, a, input, select, textarea, summary"))
    .filter((node) => !node.closest(together)?.querySelector("[data-reached]"))
    .map((node) => node.outerHTML.slice(0, 200));
}
"""
NAMES_OF_FIGURES = """
() => [...document.querySelectorAll(".explorer-chart-figure")].filter((node) => node.checkVisibility())
  .map((node) => node.ariaLabel)
"""


@dataclass(frozen=True)
class Walk:
    """The way of the Tab key through a page: what had the focus, unseen, and which controls it never came to."""

    stops: int
    unseen: list[str]
    missed: list[str]


DRAWN = """
() => [...document.querySelectorAll(".explorer-chart-figure")].filter(node => node.clientWidth > 0).every(node =>
  node.dataset.drawn && Math.abs(node._fullLayout.width - node.clientWidth) < 2 &&
  node._fullLayout.font.color === getComputedStyle(node).getPropertyValue("--st-text-color").trim())
"""


def settled(page: Page) -> None:
    """Wait until no run is under way and every figure that can be seen is drawn, in its place's width and theme."""
    finished(page)
    page.wait_for_function("!document.querySelector('[data-testid=stSkeleton]')")
    page.wait_for_function(DRAWN)


def in_theme(page: Page, theme: Literal["light", "dark"]) -> None:
    """Switch to a theme, with no transition on the way, and wait until all of the page is in it."""
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.wait_for_function(
        "theme => getComputedStyle(document.querySelector('[data-testid=stApp]')).colorScheme === theme",
        arg=theme,
    )
    settled(page)


def violations(page: Page, only: Sequence[str] = ()) -> list[str]:
    """What axe-core finds, as sentences; by some of its rules only, or by all that it has on."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = []
    for _ in range(LOOKS):
        found = page.evaluate(AXE, [list(NOT_OURS), GRAVE, ASKED_FOR, list(only)])
        if not found:
            break
        settled(page)
    return found


def walk(page: Page, most: int = 250) -> Walk:
    """Press Tab from the top of the page until it leaves it."""
    unseen: list[str] = []
    page.evaluate(
        "document.activeElement?.blur(); document.querySelector('[data-testid=stSkipToContent]')?.focus()"
    )
    for stops in range(most):
        at = page.evaluate(FOCUS)
        if at is None:
            return Walk(stops, unseen, page.evaluate(MISSED))
        if not at[0]:
            unseen.append(at[1])
        page.keyboard.press("Tab")
    raise AssertionError(f"The Tab key is caught: {page.evaluate(FOCUS)}")


def names_of_figures(page: Page) -> list[str]:
    """The text alternatives of the figures on the screen."""
    found: list[str] = page.evaluate(NAMES_OF_FIGURES)
    return found
