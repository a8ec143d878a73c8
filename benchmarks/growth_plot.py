"""How every cost grows, as an SVG of small panels with logarithmic axes: measures down, sizes across."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

import numpy as np

from benchmarks.book import Book
from benchmarks.problems import GROWTH, Problem

COLOURS = {"ours": "#0072b2", "scikit-learn": "#d55e00", "oneDAL": "#009e73"}
"""Okabe and Ito's colours, which colour-blind readers can tell apart."""
WIDTH, HEIGHT, LEFT, TOP, GAP_X, GAP_Y = 250, 170, 60, 50, 70, 62


def _medians(kind: str) -> Callable[[Book, Problem], dict[str, float]]:
    return lambda book, problem: {
        name: times.median for name, times in book.times(kind, problem).items() if times.median > 0
    }


MEASURES: dict[str, Callable[[Book, Problem], dict[str, float]]] = {
    "seconds per iteration": _medians("iteration"),
    "seconds to a solution": _medians("solution"),
    "peak memory, MiB": lambda book, problem: {
        name: size / 2**20 for name, size in book.peak_bytes(problem).items()
    },
}
SIZES: dict[str, Callable[[Problem], int]] = {
    "N": lambda problem: problem.n_rows,
    "D": lambda problem: problem.n_features,
    "K": lambda problem: problem.n_components,
}
Lines = Mapping[str, list[tuple[float, float]]]


@dataclass(frozen=True)
class LogarithmicAxis:
    """Where a positive value lies between two ends of a length, by its logarithm."""

    least: float
    most: float
    length: float

    def place(self, value: float) -> float:
        """Its distance from the end of `least`."""
        return self.length * np.log(value / self.least) / np.log(self.most / self.least)

    def ticks(self) -> list[float]:
        """The powers of ten on it."""
        first, last = np.ceil(np.log10(self.least) - 1e-9), np.floor(np.log10(self.most) + 1e-9)
        return [float(10.0**power) for power in np.arange(first, last + 1)]


def growth_plot(book: Book) -> str:
    """The picture as the text of an SVG file."""
    panels = []
    for down, (measure, values) in enumerate(MEASURES.items()):
        for across, (size, problems) in enumerate(GROWTH.items()):
            lines: dict[str, list[tuple[float, float]]] = {name: [] for name in COLOURS}
            for problem in problems:
                found = values(book, problem)
                for name in COLOURS:
                    if found.get(name, 0.0) > 0:
                        lines[name].append((SIZES[size](problem), found[name]))
            shift = f"translate({LEFT + across * (WIDTH + GAP_X)},{TOP + down * (HEIGHT + GAP_Y)})"
            panels.append(f'<g transform="{shift}">{_panel(lines, size, measure)}</g>')
    whole = (LEFT + 3 * (WIDTH + GAP_X), TOP + 3 * (HEIGHT + GAP_Y))
    legend = "".join(
        f'<text x="{LEFT + 110 * index}" y="22" fill="{colour}" font-weight="bold">{escape(name)}</text>'
        for index, (name, colour) in enumerate(COLOURS.items())
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole[0]} {whole[1]}" '
        'font-family="sans-serif" font-size="12" role="img">'
        "<title>How the cost of EM grows with N, D and K</title>"
        f'<rect width="100%" height="100%" fill="white"/>{legend}{"".join(panels)}</svg>\n'
    )


def _panel(lines: Lines, size: str, measure: str) -> str:
    points = [point for line in lines.values() for point in line]
    title = f'<text x="0" y="-8" fill="#333">{escape(measure)} against {size}</text>'
    frame = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#999"/>'
    if not points:
        return f'{title}{frame}<text x="10" y="20" fill="#666">not measured</text>'
    x, y = (_axis([point[index] for point in points], (WIDTH, HEIGHT)[index]) for index in (0, 1))
    parts = [title, frame]
    for tick in x.ticks():
        place = x.place(tick)
        parts.append(f'<path d="M{place:.1f} 0V{HEIGHT}" stroke="#ddd"/>')
        parts.append(
            f'<text x="{place:.1f}" y="{HEIGHT + 16}" text-anchor="middle" fill="#555">{tick:,.0f}</text>'
        )
    for tick in y.ticks():
        place = HEIGHT - y.place(tick)
        parts.append(f'<path d="M0 {place:.1f}H{WIDTH}" stroke="#ddd"/>')
        parts.append(f'<text x="-6" y="{place + 4:.1f}" text-anchor="end" fill="#555">{tick:g}</text>')
    for name, line in lines.items():
        places = [(x.place(size), HEIGHT - y.place(value)) for size, value in line]
        path = " ".join(f"{across:.1f},{down:.1f}" for across, down in places)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{COLOURS[name]}" stroke-width="2"/>'
            + "".join(
                f'<circle cx="{across:.1f}" cy="{down:.1f}" r="3" fill="{COLOURS[name]}"/>'
                for across, down in places
            )
        )
    return "".join(parts)


def _axis(values: list[float], length: float) -> LogarithmicAxis:
    return LogarithmicAxis(min(values) / 1.5, max(values) * 1.5, length)
