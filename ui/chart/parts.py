"""The HTML, CSS and JavaScript that every figure needs, in the app and in a report."""

from pathlib import Path

_FOLDER = Path(__file__).parents[1]
"""The folder ui; file names are relative to it."""
_DRAWING = ("chart/chart_figure.js", "chart/chart_theme.js", "chart/chart_table.js")
"""The JavaScript that every figure needs, in the order in which it is loaded."""
FIGURE_HTML = """
<div class="explorer-chart">
  <button class="explorer-chart-toggle" type="button" aria-pressed="false" hidden>Table</button>
  <div class="explorer-chart-figure" role="figure"></div>
  <div class="explorer-chart-table" role="region" tabindex="0" hidden></div>
  <p class="explorer-chart-failure" role="alert" hidden></p>
</div>
"""
"""The HTML element of one figure, which `chart_figure.js` draws."""


def joined(*names: str) -> str:
    """The text of several files of `ui`, whose names are paths below it."""
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)


def drawing_script(*names: str) -> str:
    """A script that draws figures: the JavaScript of every figure, followed by the given files."""
    return joined(*_DRAWING, *names)
