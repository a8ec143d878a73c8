"""The HTML, CSS and JavaScript that every figure needs, in the app and in a report."""

from pathlib import Path

_FOLDER = Path(__file__).parents[1]
"""The folder ui; file names are relative to it."""
_DRAWING = (
    "chart/number_text.js",
    *(f"chart/chart_{name}.js" for name in ("figure", "rows", "change", "theme", "table")),
)
"""The JavaScript that every figure needs, in the order in which it is loaded."""
FIGURE_HTML = """
<div class="explorer-chart">
  <div class="explorer-chart-bar">
    <span class="explorer-chart-title"></span>
    <span class="explorer-chart-views" role="group" aria-label="Shown as" hidden>
      <button class="explorer-chart-plot" type="button" aria-pressed="true">Plot</button>
      <button class="explorer-chart-toggle" type="button" aria-pressed="false">Table</button>
    </span>
  </div>
  <div class="explorer-chart-figure" role="figure"></div>
  <div class="explorer-chart-table" role="region" tabindex="0" hidden></div>
  <div class="explorer-chart-readout" hidden>
    <label>Row <input type="number" min="1" step="1" placeholder="–"></label>
    <span class="explorer-chart-values" role="status"></span>
    <span class="explorer-chart-change" role="status"></span>
  </div>
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
