"""The report as one HTML file, which makes no network requests and is not allowed to make any.

Untrusted text enters only through a template that escapes it, or in a figure's message in Base64, which contains no
special character of HTML. A Content-Security-Policy allows only the two scripts of the file, by their hashes, and no
requests, forms or evaluated text.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from gmm_core.export.model_file.record import library_versions
from ui.chart.message import figure_tree, pack, table_tree
from ui.chart.parts import FIGURE_HTML, drawing_script, joined
from ui.chart.plotly_javascript import STATIC_FOLDER, ensure_plotly_javascript
from ui.report import data, figures, model, parameters
from ui.report.figures import ReportFigure
from ui.report.subject import Subject
from ui.report.theme import variables
from ui.report.vectors import without_webgl
from ui.shell.text import visible

FOLDER = Path(__file__).parent
"""The folder of the template."""
MAX_MATRICES_IN_SIGHT = 4
"""The largest number of covariance matrices that are shown unfolded; on paper all are."""
SHOWN_LIBRARIES = ("plotly", "streamlit")
"""The libraries of the screen whose versions the report names."""


@dataclass(frozen=True)
class Inline:
    """A script within the file, and the CSP source expression that allows this script alone."""

    text: Markup
    allowed: str

    @classmethod
    def of(cls, text: str) -> Inline:
        """The script with this text, which must be exactly the text between the tags."""
        assert "</script" not in text.lower() and "<!--" not in text and "\r" not in text
        return cls(Markup(text), f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'")


def report(subject: Subject, made: datetime) -> str:
    """The text of the HTML file; `made` is the time of its making, in UTC."""
    plotly, script = _plotly(), _script()
    return _template().render(
        policy="; ".join(
            [
                "default-src 'none'",
                f"script-src {plotly.allowed} {script.allowed}",
                "style-src 'unsafe-inline'",  # Plotly makes styles of its own; they can load nothing
                "img-src data: blob:",  # a figure's raster parts, and a picture on its way to a download
                "base-uri 'none'",
                "form-action 'none'",
            ]
        ),
        style=_style(),
        plotly=plotly.text,
        script=script.text,
        title=visible(subject.dataset.name, 120),
        made=made,
        made_in_words=f"{made.day} {made:%B %Y, %H:%M} UTC",
        subject=subject,
        address=subject.address if (subject.address or "").startswith(("https://", "http://")) else None,
        data=data,
        model=model,
        parameters=parameters.parameters(subject),
        most_in_sight=MAX_MATRICES_IN_SIGHT,
        pictures=[_figure(shown) for shown in figures.pictures(subject)],
        restart_likelihoods=_figure(figures.restart_likelihoods(subject)),
        responsibilities=_figure(figures.responsibilities(subject)),
        libraries=_libraries(),
    )


@dataclass(frozen=True)
class PlacedFigure:
    """A figure for the template: title, text alternative, HTML, and the packed message for its script."""

    key: str
    title: str
    words: str
    html: Markup
    message: str


def _figure(shown: ReportFigure) -> PlacedFigure:
    drawing = without_webgl(shown.drawing)
    message = {
        "script": "",  # Plotly is there already
        "figure": figure_tree(drawing.figure),
        "alt": drawing.alt,
        "height": shown.height,
        "table": None if drawing.table is None else table_tree(drawing.table),
        "clickable": False,
        "selectable": False,
        "name": shown.key,
    }
    return PlacedFigure(
        shown.key,
        shown.title,
        f"{drawing.alt} {drawing.note}".strip(),
        Markup(FIGURE_HTML),
        b64encode(pack(message)).decode(),
    )


def _libraries() -> list[tuple[str, str]]:
    return [*library_versions(), *((name, version(name)) for name in SHOWN_LIBRARIES)]


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("template.html")


@cache
def _style() -> Markup:
    light, dark = variables("light"), variables("dark")
    themes = (
        f":root {{ color-scheme: light dark; {light} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root:not(.on-paper) {{ {dark} }} }}\n"
    )
    return Markup(themes + joined("chart/chart.css", "report/report.css"))


@cache
def _plotly() -> Inline:
    return Inline.of((STATIC_FOLDER / ensure_plotly_javascript()).read_text(encoding="utf-8"))


@cache
def _script() -> Inline:
    return Inline.of(drawing_script("report/report.js"))
