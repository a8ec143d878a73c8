"""The film of a run of EM in the browser: pictures, formulas and the buttons that play it.

Everything is sent once, when the film changes: the states as packed arrays (`ui.chart.message.pack`), and the figures
of the first frame. To play, to step and to select a point, the browser needs nothing from the server.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray
from gmm_core.geometry.ellipse import mahalanobis_radius
from gmm_core.model.covariance.formula import Formula
from gmm_core.studies.em_film import Film
from ui.chart.message import figure_tree, pack
from ui.chart.parts import FIGURE_HTML, drawing_script, joined
from ui.chart.plotly_javascript import ensure_plotly_javascript
from ui.figures.base.blend import oklab
from ui.figures.base.drawing import Drawing
from ui.figures.base.palette import SEQUENTIAL, colour
from ui.figures.film.strips import START_BELOW, film_curve, film_heatmap
from ui.figures.film.traces import LEVEL

_PICTURE_HEIGHTS = (580, 380)
"""Heights of the picture in pixels, with the formulas beside it and with them below it; smaller in a low window."""

_SPEEDS = (1, 2, 5, 10, 30)
"""The speeds to choose from, in half-steps per second."""
_OPTIONS = "".join(
    f'<option value="{speed}">{speed} half-step{"s" * (speed > 1)} a second</option>' for speed in _SPEEDS
)
"""The speeds as HTML."""
_HTML = f"""
<div class="explorer-film-frame">
<div class="explorer-film" role="group" aria-label="Film of the fit" tabindex="0">
  <div class="explorer-film-picture">{FIGURE_HTML}</div>
  <div class="explorer-film-transport">
    <button type="button" class="explorer-film-back" title="Left arrow">Step back</button>
    <button type="button" class="explorer-film-play" title="Space">Play</button>
    <button type="button" class="explorer-film-on" title="Right arrow">Step on</button>
    <input type="range" class="explorer-film-slider" min="0" max="1" value="0" aria-label="Half-step of EM">
    <label>Speed <select class="explorer-film-speed">{_OPTIONS}</select></label>
  </div>
  <p class="explorer-film-status" role="status" aria-live="polite"></p>
  <div class="explorer-film-beside">
    <span class="explorer-film-label">Log-likelihood after each iteration</span>
    <div class="explorer-film-curve">{FIGURE_HTML}</div>
    <details><summary>Why it never falls, and what stops it</summary>
      <p>Given the responsibilities of an E-step, the expected log-likelihood of points and components together, plus
      the entropy of the responsibilities, is a curve below the log-likelihood that touches it at the current
      parameters. The M-step goes to the highest point of that curve, so the log-likelihood itself ends at least as
      high: <strong class="explorer-film-gain"></strong>. An E-step changes no parameter, so it leaves the
      log-likelihood as it is.</p>
      <p class="explorer-film-ending"></p>
    </details>
    <span class="explorer-film-label">Responsibilities: components × points<span
      class="explorer-film-unknown">, not known before the first E-step</span></span>
    <div class="explorer-film-heatmap">{FIGURE_HTML}</div>
    <details open><summary><strong>Formulas of this half-step</strong></summary>
      <label class="explorer-film-pick">Row <input type="number" class="explorer-film-row" step="1" min="1"></label>
      <div class="explorer-film-formulas"></div>
    </details>
  </div>
  <div class="explorer-film-notes"></div>
</div>
</div>
"""

_mount = st.components.v2.component(
    "explorer_film",
    html=_HTML,
    css=joined("chart/chart.css", "views/em_steps/film.css"),
    js=drawing_script(
        "chart/component_life.js",
        *(f"views/em_steps/{name}.js" for name in ("film_frames", "film_figure", "film_formulas", "film")),
    ),
    isolate_styles=False,
)


@dataclass(frozen=True)
class FilmSentences:
    """The sentences of the film.

    Parameters
    ----------
    start : str
        How the run starts.
    ending : str
        Why the run ended.
    last : str
        Why the run ended, in a few words, for the last frame.
    units : str
        The units of means, covariances, densities and the log-likelihood.
    notes : tuple of str
        What the viewer has to know about the film.
    """

    start: str
    ending: str
    last: str
    units: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class FilmContent:
    """A film with everything that its pictures need.

    Parameters
    ----------
    film : Film
        The film, in the view of `picture`.
    picture : Drawing
        The first frame, made by `film_plane` or `film_line`.
    labels : (E,)
        The names of the axes shown.
    row_numbers : (N,)
        The number of each drawn row on screen.
    colour_numbers : (K,)
        The colour number of each component.
    total_rows : int
        The number of rows that were fitted.
    covariances : Formula
        The formula by which the M-step computes the covariances from the scatter.
    identity : str
        Identifies the run; the film stays at its frame while it is the same.
    words : FilmSentences
        The sentences.
    """

    film: Film
    picture: Drawing
    labels: Sequence[str]
    row_numbers: ArrayLike
    colour_numbers: tuple[int, ...]
    total_rows: int
    covariances: Formula
    identity: str
    words: FilmSentences


def show_film(showing: FilmContent, *, key: str, revision: str) -> None:
    """Show the film.

    Parameters
    ----------
    showing : FilmContent
        The film and everything that its pictures need.
    key : str
        The key of the element.
    revision : str
        Identifies the data; zoom persists while it is the same.
    """
    film = showing.film
    responsibilities = _responsibilities(film)
    heatmap, order = film_heatmap(responsibilities, colour_numbers=showing.colour_numbers, revision=revision)
    curve = film_curve(film, revision=showing.identity)
    tall = 96 + 8 * max(0, film.log_joint.shape[2] - 4)
    figures = {
        "picture": _figure(showing.picture, "film", *_PICTURE_HEIGHTS),
        "curve": {**_figure(curve, "film-log-likelihood", 150, 150), "lowest": [_lowest(curve)]},
        "heatmap": _figure(heatmap, "film-responsibilities", tall, tall),
    }
    _show(key, figures, _numbers(showing, order), _words(showing), placing_means=False)


def show_mean_placement(
    picture: Drawing, sentence: str, *, key: str, identity: str, on_click: Callable[[], None]
) -> None:
    """Show the picture in which the visitor places the starting means by clicks.

    Parameters
    ----------
    picture : Drawing
        The points, with the means placed so far.
    sentence : str
        What the visitor has to do next.
    key : str
        The key of the element, the same as that of the film.
    identity : str
        Identifies the view and the number of means placed so far.
    on_click : () -> None
        Called at each click; `clicked_place` then returns its coordinates.
    """
    words = {"instruction": sentence, "notes": [picture.note] if picture.note else []}
    figures = {"picture": _figure(picture, "film", *_PICTURE_HEIGHTS)}
    _show(key, figures, {"identity": identity, "film": None}, words, placing_means=True, on_click=on_click)


def clicked_place(key: str) -> tuple[float, float] | None:
    """The coordinates of the click that caused this run; None if there is none, or if its message is invalid."""
    answer = st.session_state.get(key)
    place = answer.get("clicked") if isinstance(answer, Mapping) else None
    if not isinstance(place, list) or len(place) != 2:
        return None
    if not all(type(value) in (int, float) and math.isfinite(value) for value in place):
        return None
    return float(place[0]), float(place[1])


def _show(
    key: str,
    figures: Mapping[str, Any],
    numbers: Mapping[str, Any],
    words: Mapping[str, Any],
    *,
    placing_means: bool,
    on_click: Callable[[], None] = lambda: None,
) -> None:
    """Send the film, or with `placing_means` the picture for starting means, to its element in the browser."""
    message = {
        "script": ensure_plotly_javascript(),
        "figures": figures,
        "numbers": numbers,
        "words": words,
        "placing_means": placing_means,
        "identity": numbers["identity"],
    }
    _mount(key=key, data=pack(message), on_clicked_change=on_click)


def _figure(drawing: Drawing, name: str, height: int, narrow_height: int) -> dict[str, Any]:
    """A figure of the film as the browser expects it; heights are in pixels, the second for a narrow window."""
    return {
        "figure": figure_tree(drawing.figure),
        "alt": drawing.alt,
        "height": height,
        "narrow_height": narrow_height,
        "table": None,
        "clickable": True,
        "selectable": False,
        "name": name,
    }


def _lowest(curve: Drawing) -> float:
    """The height, on the axis of the curve, at which its mark stays while the log-likelihood is lower."""
    below = next((trace for trace in curve.figure.data if trace.uid == START_BELOW), None)
    return float(curve.figure.layout.yaxis.autorangeoptions.minallowed if below is None else below.y[0])


def _words(showing: FilmContent) -> dict[str, Any]:
    """The sentences of the film as the browser expects them."""
    words = showing.words
    notes = [*words.notes, *([showing.picture.note] if showing.picture.note else [])]
    return {
        "start": words.start,
        "ending": words.ending,
        "last": words.last,
        "units": words.units,
        "notes": notes,
    }


def _numbers(showing: FilmContent, order: ArrayLike) -> dict[str, Any]:
    """The numbers that the browser computes with: flattened arrays, and the points as the picture shows them."""
    film, figure = showing.film, showing.picture.figure
    points = next(trace for trace in figure.data if trace.uid == "points")
    density = next((trace for trace in figure.data if trace.uid.startswith("density-")), None)
    colours = [colour(colour_number) for colour_number in showing.colour_numbers]
    return {
        "identity": showing.identity,
        "film": {
            "iterations": film.iterations.astype(np.int32),
            "log_likelihoods": film.log_likelihoods,
            "weights": _flat([mixture.weights for mixture in film.mixtures]),
            "means": _flat([mixture.means for mixture in film.mixtures]),
            "covariances": _flat([mixture.covariances for mixture in film.mixtures]),
            "log_joint": film.log_joint.ravel(),
            "reseeded": film.reseeded.astype(np.uint8),
        },
        "scene": "plane" if density is None else "line",
        "grid": None if density is None else np.asarray(density.x, dtype=np.float64),
        "points": np.column_stack([points.x, points.y]).astype(np.float64).ravel(),
        "rows": np.asarray(showing.row_numbers).astype(np.float64),
        "order": np.asarray(order).astype(np.int32),
        "total_rows": showing.total_rows,
        "labels": list(showing.labels),
        "spans": [_span(axis) for axis in (figure.layout.xaxis, figure.layout.yaxis)],
        "colourNumbers": list(showing.colour_numbers),
        "colors": colours,
        "laboratory": oklab(colours).tolist(),
        "shades": _shades(),
        "radius": mahalanobis_radius(LEVEL, len(showing.labels)),
        "covariance_formula": showing.covariances,
        "first_pick": _most_undecided(film),
    }


def _flat(arrays: Sequence[FloatArray]) -> FloatArray:
    return np.stack(arrays).ravel()


def _span(axis: Any) -> float:
    """The largest range of an axis, in the units of the axis."""
    options = axis.autorangeoptions
    return float(options.maxallowed - options.minallowed)


def _shades() -> Any:
    """The sequential colour scale at 256 places: red, green and blue of each, 0 to 255, flattened."""
    places, shades = zip(*SEQUENTIAL, strict=True)
    channels = np.array([[int(shade[first : first + 2], 16) for first in (1, 3, 5)] for shade in shades])
    at = np.linspace(0.0, 1.0, 256)
    return (
        np.column_stack([np.interp(at, places, channel) for channel in channels.T])
        .round()
        .astype(np.uint8)
        .ravel()
    )


def _responsibilities(film: Film) -> FloatArray:
    """Responsibilities of the drawn rows in the last state, shape (N, K)."""
    joint = film.log_joint[-1].astype(np.float64)
    return np.exp(joint - np.logaddexp.reduce(joint, axis=1)[:, None])


def _most_undecided(film: Film) -> int:
    """The position of the drawn row whose largest responsibility in the last state is smallest."""
    return int(_responsibilities(film).max(axis=1).argmin())
