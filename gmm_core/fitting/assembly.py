"""Turns a fit request into restarts that are ready to run, and their results into a `Fit`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gmm_core.engines.choice import AUTOMATIC, engine_name, spend, starting_named
from gmm_core.engines.expectation_cost import seconds_by_numpy
from gmm_core.engines.handover import CHANGING
from gmm_core.fitting.best_restart import best_run, findings
from gmm_core.fitting.narrow_components import NarrowComponent, NarrowKind, narrow_components, sentences
from gmm_core.fitting.request import FitRequest
from gmm_core.fitting.restart import FitContext, Restart
from gmm_core.fitting.restart_result import Run, RunRecorder
from gmm_core.fitting.result import Fit
from gmm_core.fitting.scheduler import Phase
from gmm_core.fitting.subsample import phases, sample_size, sampled, stop
from gmm_core.fitting.validation import criteria_refusal, data_warnings, require_variances
from gmm_core.model.covariance.catalogue import structure_named
from gmm_core.model.covariance.regularization import as_regularization
from gmm_core.model.criteria import Criteria, classification_penalty
from gmm_core.model.standardization import Standardization
from gmm_core.rows.distinct_rows import CanonicalRows
from gmm_core.rows.rows import Rows
from gmm_core.starts.kinds import Start
from gmm_core.starts.problem import FitProblem

HISTORY_VALUES = 1 << 24
"""The most numbers that the histories of one fit hold together (128 MiB as float64).

A run that exceeds its share of them keeps only its first and last mixture."""


@dataclass(frozen=True, eq=False)
class Assembly:
    """A fit whose request is validated and whose restarts are ready to begin, on standardised rows.

    Parameters
    ----------
    request : FitRequest
        The rows, the model and the starts.
    rows : CanonicalRows
        The distinct rows of the request in canonical order, in the data's units.
    data : Rows
        The same rows, for passes over all of them.
    data_warnings : tuple of str
        Warnings about the data alone, one sentence each.
    restarts : tuple of Restart
        One for each start.
    whole : FitContext
        The standardised problem on all rows, and the engine for it.
    sample : FitContext or None
        The same on a sample of the rows; None if the restarts use all rows from the beginning.
    """

    request: FitRequest
    rows: CanonicalRows
    data: Rows
    data_warnings: tuple[str, ...]
    restarts: tuple[Restart, ...]
    whole: FitContext
    sample: FitContext | None

    @classmethod
    def of(cls, request: FitRequest) -> Assembly:
        """Validate a request and prepare its restarts.

        Raises
        ------
        DataError
            If the data cannot carry the fit.
        ParameterError
            If the covariance structure cannot have the regularisation.
        """
        rows, starts = request.in_order()
        data = Rows(rows.rows, rows.weights)
        engine = _engine(request, data, starts)
        problem = _problem(request, data, engine)
        data_warnings = _data_warnings(request, data, problem)
        whole = _context(problem, engine, request)
        restarts = _restarts(request, rows, problem, starts)
        size = sample_size(problem, request.specification, starts)
        seed = request.specification.seed
        sample = None if size is None else _context(sampled(problem, size, seed), engine, request)
        return cls(
            request=request,
            rows=rows,
            data=data,
            data_warnings=data_warnings,
            restarts=restarts,
            whole=whole,
            sample=sample,
        )

    def phases(self) -> Iterator[Phase]:
        """Yield the phases of the fit, each to be run before the next; see `gmm_core.fitting.subsample.phases`."""
        return phases(self.restarts, self.whole, self.sample)

    def stop(self) -> None:
        """End every unfinished restart with its current mixture."""
        stop(self.restarts, self.whole, self.sample)

    def fit(self) -> Fit:
        """Return the fit: all restarts that have begun, the best of them, and the warnings.

        Raises
        ------
        FitError
            If no restart ended in a valid mixture.
        """
        runs = tuple(restart.run() for restart in self.restarts if restart.done)
        self._count(runs)
        best = best_run(runs)
        narrow = self._narrow_components(runs[best])
        warnings = (*self.data_warnings, *self._unfinished(), *findings(runs, best), *sentences(narrow))
        return Fit(
            specification=self.request.specification,
            runs=runs,
            best_index=best,
            criteria=self._criteria(runs[best], narrow),
            warnings=warnings,
            engine=self._engine(),
            data_warnings=self.data_warnings,
            narrow=narrow,
        )

    def _engine(self) -> str:
        """The name of the engine that ran the E-steps; `CHANGING` if there were two."""
        slopes = [context for context in (self.sample, self.whole) if context is not None]
        names = {context.engine.name for context in slopes}
        return names.pop() if len(names) == 1 else CHANGING

    def _count(self, runs: Sequence[Run]) -> None:
        """Report the estimated NumPy seconds of this fit to `spend`, if the engine was chosen automatically."""
        if self.request.engine == AUTOMATIC and self.whole.engine.name == "blocked":
            n_iterations = sum(run.n_iterations for run in runs)
            k = self.request.specification.n_components
            spend(seconds_by_numpy(self.data.shape, k, len(runs), n_iterations))

    def _unfinished(self) -> list[str]:
        """Return a warning that the fit was stopped, as one sentence; empty if every restart ended."""
        unfinished = [restart.number + 1 for restart in self.restarts if restart.unfinished]
        where = f"restart {unfinished[0]} of {len(self.restarts)}" if unfinished else ""
        return [f"The fit was stopped in {where}, so a better one may exist."] if where else []

    def _narrow_components(self, run: Run) -> tuple[NarrowComponent, ...]:
        return narrow_components(self.data, run.mixture, run.at_floor, self.rows.unit)

    def _criteria(self, run: Run, narrow: tuple[NarrowComponent, ...]) -> Criteria:
        rows, problem = self.rows, self.whole.problem
        n_features = self.data.n_features
        boundless = any(run.at_floor) or any(component.kind is NarrowKind.ATOM for component in narrow)
        return Criteria(
            log_likelihood=run.log_likelihood,
            parameter_count=problem.structure.parameter_count(problem.n_components, n_features),
            rows=rows.total_weight,
            classification_penalty=rows.unit * classification_penalty(self.data, run.mixture),
            refusal=criteria_refusal(
                (rows.total_weight, n_features), problem.n_components, problem.structure, boundless
            ),
        )


def _engine(request: FitRequest, data: Rows, starts: Sequence[Start]) -> str:
    """The name of the requested engine, or of the one chosen by the size of the problem."""
    if request.engine != AUTOMATIC:
        return request.engine
    specification = request.specification
    n_restarts = len(starts)
    return engine_name(*data.shape, specification.n_components, n_restarts, specification.max_iterations)


def _problem(request: FitRequest, data: Rows, engine: str) -> FitProblem:
    """The problem on standardised rows, with the regularisation converted to the same units."""
    specification = request.specification
    structure = structure_named(specification.covariance_type)
    regularization = as_regularization(specification.regularization)
    structure.require_carrying(regularization, data.n_features)
    require_variances(data, request.rows.names(data.n_features))
    standardization = Standardization.of(data, structure)
    regularization = regularization.in_units(standardization.scale)
    if standardization.of_constant is not None:
        regularization = regularization.with_constant_columns(standardization.of_constant)
    return FitProblem(
        data.changed(standardization.applied),
        specification.n_components,
        structure,
        regularization,
        standardization,
        starting_named(engine),
    )


def _data_warnings(request: FitRequest, data: Rows, problem: FitProblem) -> tuple[str, ...]:
    """Warnings about the data, one sentence each; raises `DegenerateDataError` if no fit is possible."""
    regularization = as_regularization(request.specification.regularization)
    return tuple(data_warnings(data, problem, request.rows.names(data.n_features), regularization))


def _context(problem: FitProblem, engine: str, request: FitRequest) -> FitContext:
    return FitContext(problem, problem.rows.engine(engine), request.specification)


def _restarts(
    request: FitRequest, rows: CanonicalRows, problem: FitProblem, starts: Sequence[Start]
) -> tuple[Restart, ...]:
    """One restart for each start, with an equal share of `HISTORY_VALUES`."""
    cost = problem.cost.rescaled(rows.total_weight)
    return tuple(
        Restart(
            number,
            len(starts),
            start,
            RunRecorder(
                kind=start.kind,
                number=number,
                rows=rows.total_weight,
                standardization=problem.standardization,
                most_values=HISTORY_VALUES // len(starts),
                keep_order=request.keep_order,
                unit=rows.unit,
                cost=cost,
            ),
        )
        for number, start in enumerate(starts)
    )
