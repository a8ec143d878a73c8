"""The sentences of the film, with numbers of its run."""

from __future__ import annotations

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.fitting.restart_result import Ending, Run
from gmm_core.model.covariance.catalogue import structure_named
from gmm_core.model.covariance.family import Freedom
from gmm_core.starts.kinds import ALL_STARTS, SHORT_RUNS
from gmm_core.studies.em_film import Film
from gmm_core.wording import capital
from ui.figures.base.wording import percent, scientific
from ui.figures.film.traces import LEVEL
from ui.shell.analysis import Analysis
from ui.views.em_steps.axes import FilmView
from ui.views.em_steps.film import FilmSentences

STARTS_FROM_SMALLER_FIT = {
    "split": "one of its components was split in two along its longest axis",
    "twin": "its heaviest component is doubled, so that the density is the same",
}
"""How a start is made from the fit with one component fewer, by the kind of start."""


def film_sentences(analysis: Analysis, run: Run, film: Film, view: FilmView, title: str) -> FilmSentences:
    """The sentences for the film of `run`, which the visitor knows as `title`."""
    last = {
        Ending.CONVERGED: f"Converged after {_iterations(run)}",
        Ending.ITERATION_LIMIT: f"Out of iterations after {_iterations(run)}",
    }.get(run.ending, f"Stopped after {_iterations(run)}")
    return FilmSentences(
        _start(run, title),
        _ending(analysis, run),
        last,
        _units(analysis, film, view),
        _notes(analysis, run, film, view),
    )


def _start(run: Run, title: str) -> str:
    """How the run starts."""
    if run.kind == SHORT_RUNS.name:
        begins = (
            "The restart repeats the best of them, from the parameters that an M-step made of its partition."
            if run.n_repeated
            else "The best of them ended at these parameters, from which the restart goes on."
        )
        return f"{title} starts from {run.kind}: {SHORT_RUNS.summary}. {begins}"
    if run.kind in ALL_STARTS:
        summary = ALL_STARTS[run.kind].summary
        return f"{title} starts from {run.kind}: {summary}. An M-step from these gave the parameters."
    if run.kind in STARTS_FROM_SMALLER_FIT:
        return f"{title} starts from the fit of one component fewer: {STARTS_FROM_SMALLER_FIT[run.kind]}."
    return "The means are where you placed them; the weights are equal, and each covariance is that of all points."


def _ending(analysis: Analysis, run: Run) -> str:
    """Why the run ended."""
    assert analysis.prepared is not None
    if run.n_iterations == 0:
        return "EM took no step at all."
    gain = scientific(float(run.log_likelihoods[-1] - run.log_likelihoods[-2]) / len(analysis.prepared.X))
    tolerance = scientific(analysis.specification.tolerance)
    iterations = _iterations(run)
    match run.ending:
        case Ending.CONVERGED:
            return (
                f"EM stopped after {iterations}: the last raised the log-likelihood by {gain} nats per point, which is "
                f"no more than the tolerance of {tolerance}. As a rule that is on a local maximum, which need not be "
                "the highest; seldom on a plateau, where EM is slow."
            )
        case Ending.ITERATION_LIMIT:
            return (
                f"EM was ended after {iterations}, as many as are allowed, while the log-likelihood still rose by "
                f"{gain} nats per point, more than the tolerance of {tolerance}: allow more iterations."
            )
        case _:
            return f"EM was stopped after {iterations}, before the log-likelihood had stopped rising."


def _units(analysis: Analysis, film: Film, view: FilmView) -> str:
    """The units of means, covariances, densities and the log-likelihood."""
    assert analysis.prepared is not None
    if not view.picture_axes.in_units:
        return (
            "Means and covariances are those of the principal plane, in the units of the fit, as are densities and the "
            "log-likelihood."
        )
    if np.all(analysis.prepared.scale == 1):
        return "Means, covariances, densities and the log-likelihood are in the units of the axes."
    text = "Means and covariances are in the units of the axes; densities and the log-likelihood in those of the fit."
    structure = structure_named(analysis.specification.covariance_type)
    if structure.shape is Freedom.FIXED and not are_round(film.mixtures[-1].covariances):
        text += (
            f" {capital(structure.name)} covariances are round in the units of the fit; here each column's "
        )
        text += "scale stretches them."
    return text


def are_round(covariances: FloatArray) -> bool:
    """True if each of the covariances (K, D, D) has one variance for all columns."""
    variances = np.diagonal(covariances, axis1=1, axis2=2)
    return np.allclose(variances, variances[:, :1], atol=0.0)


def _notes(analysis: Analysis, run: Run, film: Film, view: FilmView) -> tuple[str, ...]:
    """What the viewer has to know about the film, a sentence each."""
    assert analysis.prepared is not None
    n_features, n_shown = len(analysis.prepared.columns), len(view.projection.labels)
    shape = "ellipse" if n_shown == 2 else "bar"
    notes = [
        f"Each {shape} holds {percent(LEVEL)} of its component; faint lines show earlier states.",
        view.sampling(),
    ]
    if n_features > n_shown:
        notes.append(
            f"Responsibilities come from all {n_features} columns, so that a point's colour need not be that of the "
            "ellipse around it here."
        )
    if not film.history_complete:
        notes.append(
            "This run was too long to keep, so the film has its start and its end alone: ask for fewer components, "
            "columns or iterations."
        )
    elif film.one_by_one < film.n_iterations:
        notes.append(
            f"The first {film.one_by_one:,} of {film.n_iterations:,} iterations are shown one by one, "
            "and only some of the later ones."
        )
    if run.mixture.n_components == 1:
        notes.append(
            "One component has a responsibility of 1 for every point, so the first M-step is the answer: the mean and "
            "the covariance of the data."
        )
    return tuple(sentence for sentence in notes if sentence)


def _iterations(run: Run) -> str:
    return f"{run.n_iterations:,} iteration{'' if run.n_iterations == 1 else 's'}"
