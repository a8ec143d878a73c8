"""Whether the film of a fit plays without stutter: the time between pictures, and of the whole beside its pace.

Starts the app, opens EM step by step with 500 points and a fit of 200 iterations, plays it from its start to its end at
the fastest pace and notes in the page when each frame was painted. Run: .venv/bin/python -m benchmarks.film
"""

from __future__ import annotations

import argparse
import json

import numpy as np
from playwright.sync_api import sync_playwright

from benchmarks.chromium import FLAGS, chromium_path
from benchmarks.serving import serving

PACE = 30
"""Half-steps a second."""
FILM = "em-steps?data=Uniform+noise&uniform_n_samples={points}&k=5&n_init=1&tolerance=1e-10&max_iter={iterations}"
NOTE_FRAMES = """
() => {
  const film = document.querySelector('.explorer-film');
  window.frames_painted = [];
  new MutationObserver(() => window.frames_painted.push(performance.now()))
    .observe(film, { attributes: true, attributeFilter: ['data-painted'] });
}
"""


def main() -> None:
    """Print quantiles of the milliseconds from one half-step's picture to the next."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--points", type=int, default=500)
    arguments.add_argument("--iterations", type=int, default=200)
    chosen = arguments.parse_args()
    with serving() as served, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{served.url}/{FILM.format(points=chosen.points, iterations=chosen.iterations)}")
        page.wait_for_selector(".explorer-film[data-painted='0']", timeout=60_000)
        page.locator(".explorer-film-speed").select_option(str(PACE))
        last = int(page.get_by_role("slider", name="Half-step of EM").get_attribute("max") or 0)
        page.evaluate(NOTE_FRAMES)
        page.get_by_role("button", name="Play").click()
        page.wait_for_selector(f".explorer-film[data-painted='{last}']", timeout=120_000)
        gaps = np.diff(page.evaluate("window.frames_painted"))
        browser.close()
    table = {
        "points": chosen.points,
        "half-steps": last,
        "asked for, ms": round(1000 / PACE, 1),
        "median, ms": round(float(np.median(gaps)), 1),
        "99 of 100 within, ms": round(float(np.quantile(gaps, 0.99)), 1),
        "longest, ms": round(float(gaps.max()), 1),
        "whole film ÷ its pace": round(float(gaps.sum()) / (len(gaps) * 1000 / PACE), 3),
    }
    print(json.dumps(table, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
