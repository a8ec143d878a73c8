"""The figures beside the picture of the clusters: the log-likelihood of each restart, and the responsibilities."""

from __future__ import annotations

from gmm_core.fitting.fit import Fit
from gmm_core.model.mixture import Mixture
from gmm_core.tables.preparation import PreparedData
from ui.figures.base.drawing import Drawing
from ui.figures.mixture.likelihood import likelihood
from ui.figures.mixture.responsibilities import responsibilities_heatmap


def restart_likelihoods(fit: Fit, prepared: PreparedData) -> Drawing:
    """The log-likelihood of each restart after every iteration."""
    return likelihood(
        [run.log_likelihoods.tolist() for run in fit.runs],
        fit.best_index,
        [run.kind for run in fit.runs],
        len(prepared.X),
        failed=[index for index, run in enumerate(fit.runs) if not run.valid],
        higher_but_narrow=fit.higher_but_narrow,
        on_sample=[run.n_on_sample for run in fit.runs],
        revision=prepared.digest[:12],
    )


def responsibilities_picture(
    prepared: PreparedData, mixture: Mixture, colour_numbers: tuple[int, ...]
) -> Drawing:
    """The responsibilities (N, K) as a heatmap; `colour_numbers` (K,) has the colour number of each component."""
    return responsibilities_heatmap(
        mixture.responsibilities(prepared.X),
        mixture.weights.tolist(),
        colour_numbers=colour_numbers,
        row_numbers=prepared.rows + 1,
    )
