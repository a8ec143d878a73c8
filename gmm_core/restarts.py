"""A fit from given starts: every restart is run, kept and judged; the best valid one is the answer."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.canonical_rows import CanonicalRows
from gmm_core.climbing import climbing
from gmm_core.covariance.catalogue import structure_named
from gmm_core.covariance.regularization import as_regularization
from gmm_core.data.matrix import as_matrix, names_in_sentences
from gmm_core.engines.choice import AUTOMATIC, engine_name, engine_named, starting_named
from gmm_core.fitted import Fit
from gmm_core.initialization import GivenLabels, Start
from gmm_core.judgement import best_run, findings
from gmm_core.narrow_components import Kind, narrow_components, sentences
from gmm_core.problem import FitProblem
from gmm_core.progress import Progress, StopFitting
from gmm_core.restart import Restart, Slope
from gmm_core.row_weights import as_row_weights
from gmm_core.run import RunRecorder
from gmm_core.sampling import phases, sample_size, sampled, stop
from gmm_core.selection import Criteria, classification_penalty
from gmm_core.specification import FitSpecification
from gmm_core.standardization import Standardization
from gmm_core.suitability import criteria_refusal, require_variances, suitability
from gmm_core.threads import one_blas_thread

HISTORY_VALUES = 1 << 24
"""How many numbers the histories of one fit may hold (128 MiB); past its share a run keeps start and end."""


def fitting_from(
    X: ArrayLike,
    specification: FitSpecification,
    starts: Sequence[Start],
    *,
    columns: Sequence[str] | None = None,
    engine: str = AUTOMATIC,
    sample_weight: ArrayLike | None = None,
    keep_order: bool = False,
) -> Generator[Progress, None, Fit]:
    """The fit from these starts, some iterations at a time; see `gmm_core.fit.fitting`."""
    rows = as_matrix(X, columns)
    names = names_in_sentences(rows.shape[1], columns)
    given_weights = None if sample_weight is None else as_row_weights(sample_weight, len(rows))
    starts = [start.for_rows(len(rows)) if isinstance(start, GivenLabels) else start for start in starts]
    labels = [np.asarray(start.labels) for start in starts if isinstance(start, GivenLabels)]
    canonical = CanonicalRows.of(rows, given_weights, labels)
    rows, weights, total_weight = canonical.rows, canonical.weights, canonical.total_weight
    starts = [
        start.of_rows(canonical.positions) if isinstance(start, GivenLabels) else start for start in starts
    ]
    structure = structure_named(specification.covariance_type)
    asked = as_regularization(specification.regularization)
    require_variances(rows, names)
    standardization = Standardization.of(rows, structure, weights)
    regularization = asked.in_units(standardization.scale)
    if standardization.of_constant is not None:
        regularization = regularization.with_constant_columns(standardization.of_constant)
    standard_rows = standardization.applied(rows)
    chosen_engine = (
        engine_name(len(rows), rows.shape[1], specification.n_components) if engine == AUTOMATIC else engine
    )
    problem = FitProblem(
        standard_rows,
        specification.n_components,
        structure,
        regularization,
        standardization,
        weights,
        starting_named(chosen_engine),
    )
    data_warnings = tuple(suitability(rows, problem, names, asked))
    warnings = list(data_warnings)
    whole = _slope(problem, chosen_engine, specification)
    restarts = [
        Restart(
            number,
            len(starts),
            start,
            RunRecorder(
                start.kind,
                number,
                total_weight,
                standardization,
                HISTORY_VALUES // len(starts),
                keep_order,
                canonical.unit,
                problem.cost.rescaled(total_weight),
            ),
        )
        for number, start in enumerate(starts)
    ]
    size = sample_size(problem, specification, starts)
    sample = (
        None
        if size is None
        else _slope(sampled(problem, size, specification.seed), chosen_engine, specification)
    )
    with one_blas_thread():
        try:
            for phase in phases(restarts, whole, sample):
                yield from climbing(phase)
        except StopFitting:
            stop(restarts, whole, sample)
            unfinished = [restart.number + 1 for restart in restarts if restart.unfinished]
            if unfinished:
                warnings.append(
                    f"The fit was stopped in restart {unfinished[0]} of {len(starts)}, so a better one may exist."
                )
        runs = [restart.run() for restart in restarts if restart.done]
        best = best_run(runs)
        warnings.extend(findings(runs, best))
        final = runs[best]
        found = narrow_components(rows, final.mixture, final.at_floor, weights, canonical.unit)
        warnings.extend(sentences(found))
        criteria = Criteria(
            log_likelihood=final.log_likelihood,
            parameter_count=structure.parameter_count(specification.n_components, rows.shape[1]),
            rows=total_weight,
            classification_penalty=canonical.unit * classification_penalty(rows, final.mixture, weights),
            refusal=criteria_refusal(
                (total_weight, rows.shape[1]),
                specification.n_components,
                structure,
                any(final.at_floor) or any(component.kind is Kind.ATOM for component in found),
            ),
        )
    return Fit(
        specification, tuple(runs), best, criteria, tuple(warnings), chosen_engine, data_warnings, found
    )


def _slope(problem: FitProblem, engine: str, specification: FitSpecification) -> Slope:
    holder = engine_named(engine, problem.rows, problem.sample_weight)
    return Slope(problem, holder, specification)
