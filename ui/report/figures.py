"""The figures of a report: the data with the mixture, the likelihoods of the restarts, and the responsibilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gmm_core.geometry.projection import Projection
from ui.figures.base.drawing import Drawing
from ui.figures.mixture.likelihood import likelihood
from ui.figures.mixture.line import line
from ui.figures.mixture.pairs import MAX_FEATURES, pairs
from ui.figures.mixture.plane import plane
from ui.figures.mixture.responsibilities import heatmap_height, responsibilities_heatmap
from ui.report.subject import Subject


@dataclass(frozen=True, eq=False)
class ReportFigure:
    """A drawing with its place: `key` is the file name of a downloaded picture, `height` is in pixels."""

    key: str
    title: str
    drawing: Drawing
    height: int


def pictures(subject: Subject) -> list[ReportFigure]:
    """The data with the ellipses: on its axis, in its plane, or in the principal plane and as a matrix of pairs."""
    prepared, columns = subject.prepared, subject.prepared.columns
    if len(columns) == 1:
        drawing = line(
            prepared.original[:, 0],
            columns[0],
            subject.original,
            subject.responsibilities,
            **_common(subject, "component"),
        )
        return [ReportFigure("picture", "The column with the mixture", drawing, 460)]
    if len(columns) == 2:
        drawing = plane(
            prepared.original,
            columns,
            subject.original,
            subject.responsibilities,
            **_common(subject, "component"),
        )
        return [ReportFigure("picture", "The data with the mixture", drawing, 560)]
    principal = Projection.principal_components(prepared.X, 2, columns)
    axes = Projection.axes(columns, range(min(MAX_FEATURES, len(columns))))
    first = "" if len(columns) <= MAX_FEATURES else f": the first {MAX_FEATURES} of {len(columns)} columns"
    return [
        ReportFigure(
            "principal-plane",
            "The plane in which the fitted data varies most",
            plane(
                principal.points(prepared.X),
                principal.labels,
                principal.mixture(subject.fitted),
                subject.responsibilities,
                **_common(subject, "component"),
            ),
            560,
        ),
        ReportFigure(
            "pairs",
            f"Pairs of columns{first}",
            pairs(
                axes.points(prepared.original),
                axes.labels,
                axes.mixture(subject.original),
                subject.responsibilities,
                **_common(subject, "component"),
            ),
            760,
        ),
    ]


def responsibilities(subject: Subject) -> ReportFigure:
    """The responsibilities of all rows."""
    drawing = responsibilities_heatmap(
        subject.responsibilities,
        subject.fitted.weights.tolist(),
        colour_numbers=subject.colour_numbers,
        row_numbers=subject.prepared.rows + 1,
        revision=subject.prepared.digest[:12],
    )
    height = heatmap_height(subject.fitted.n_components)
    return ReportFigure("responsibilities", "Responsibilities: components × points", drawing, height)


def restart_likelihoods(subject: Subject) -> ReportFigure:
    """The log-likelihood of every restart."""
    runs = subject.fit.runs
    drawing = likelihood(
        [run.log_likelihoods.tolist() for run in runs],
        subject.fit.best_index,
        [run.kind for run in runs],
        len(subject.prepared.X),
        failed=[index for index, run in enumerate(runs) if not run.valid],
        on_sample=[run.n_on_sample for run in runs],
        revision=subject.prepared.digest[:12],
    )
    return ReportFigure("log-likelihood", "Log-likelihood of each restart", drawing, 280)


def _common(subject: Subject, colouring: str) -> dict[str, Any]:
    prepared = subject.prepared
    return {
        "colouring": colouring,
        "colour_numbers": subject.colour_numbers,
        "row_numbers": prepared.rows + 1,
        "revision": prepared.digest[:12],
    }
