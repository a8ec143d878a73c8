"""The model in a report: the specification, the result in numbers, and the findings of the checks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gmm_core.fitting.narrow_components import sentences
from gmm_core.geometry.agreement import adjusted_rand_index
from gmm_core.studies.checks.catalogue import CHECKS
from gmm_core.studies.checks.check import Outcome
from gmm_core.studies.cross_table import cross_table
from gmm_core.tables.preparation import UNLABELLED
from ui.figures.base.wording import counted_in_digits, number, tenths
from ui.report.subject import Subject
from ui.report.table import Table, facts
from ui.shell.fit_terms import CRITERION_MEANINGS, ENDINGS
from ui.shell.text import visible

MAX_GROUPS = 50
"""The largest number of groups in the table of agreement."""


@dataclass(frozen=True)
class KeyNumber:
    """A number at the top of the report, with its name and a remark."""

    name: str
    value: str
    remark: str = ""


@dataclass(frozen=True)
class CheckRow:
    """A check with its outcome, as text for the report."""

    title: str
    outcome: str
    fine: bool
    unknown: bool
    measured: str
    limit: str
    advice: str


def summary_sentence(subject: Subject) -> str:
    """One sentence about the fit."""
    fit, prepared = subject.fit, subject.prepared
    k, restarts = fit.mixture.n_components, len(fit.runs)
    n_rows, n_features = prepared.X.shape
    ended = ENDINGS[fit.best.ending]
    return (
        f"A mixture of {k} {'Gaussian' if k == 1 else 'Gaussians'} with {fit.structure.name} covariances, fitted to "
        f"{n_rows:,} rows of {n_features} {'column' if n_features == 1 else 'columns'} by EM. The best of "
        f"{restarts} {'restart' if restarts == 1 else 'restarts'} {ended if ended != 'stopped' else 'was stopped'} "
        f"after {counted_in_digits(fit.best.n_iterations, 'iteration')}."
    )


def key_numbers(subject: Subject) -> list[KeyNumber]:
    """The numbers at the top of the report."""
    criteria = subject.fit.criteria
    return [
        KeyNumber("Log-likelihood", headline_number(subject.fit.log_likelihood), "higher is closer"),
        KeyNumber("BIC", headline_number(criteria.bic), "lower is better"),
        KeyNumber("AIC", headline_number(criteria.aic), "lower is better"),
        KeyNumber("ICL", headline_number(criteria.icl), "lower is better"),
        KeyNumber("Iterations", f"{subject.fit.best.n_iterations:,}", ENDINGS[subject.fit.best.ending]),
        KeyNumber("Parameters", f"{criteria.parameter_count:,}", f"{criteria.rows:,.0f} rows"),
    ]


def specification(subject: Subject) -> Table:
    """The specification of the fit."""
    specification, structure = subject.fit.specification, subject.fit.structure
    return facts(
        "Specification",
        [
            ("Components K", specification.n_components),
            ("Covariance type", f"{structure.name} ({structure.alias}): {structure.summary}"),
            ("Restarts", specification.n_init),
            ("Starting points", specification.init),
            ("Seed", str(specification.seed)),
            ("Tolerance", f"{specification.tolerance:g} nats per row"),
            ("Most iterations", specification.max_iterations),
            ("Regularisation", _regularization(specification.regularization)),
            ("Acceleration", specification.acceleration),
        ],
    )


def _regularization(value: object) -> str:
    if isinstance(value, float | int):
        return f"variances of at least {value:g} of the data's own"
    return str(value)


def criteria(subject: Subject) -> Table:
    """The log-likelihood, the criteria, and how EM ended."""
    fit, prepared = subject.fit, subject.prepared
    rows = [("Log-likelihood as fitted", exact(fit.log_likelihood))]
    if subject.is_rescaled:
        volume = len(prepared.X) * float(np.log(prepared.scale).sum())
        rows.append(("Log-likelihood in the data's own units", exact(fit.log_likelihood - volume)))
    rows += [(name, exact(getattr(fit.criteria, name.lower()))) for name in CRITERION_MEANINGS]
    rows += [
        ("Free parameters", f"{fit.criteria.parameter_count:,}"),
        ("Iterations", f"{fit.best.n_iterations:,}"),
        ("Converged", "yes" if fit.best.converged else f"no: {fit.best.ending.value}"),
    ]
    return facts("Criteria", rows)


def criteria_words(subject: Subject) -> list[str]:
    """The meaning of the criteria, or why they are not meaningful for this fit."""
    refusal = subject.fit.criteria.refusal
    meanings = [f"{name} = {meaning}" for name, meaning in CRITERION_MEANINGS.items()]
    units = (
        "Log-likelihood and criteria are those of the columns as they are fitted; in the data's own units each "
        "differs by a constant, so that comparisons stay the same."
    )
    return [*([refusal] if refusal else meanings), *([units] if subject.is_rescaled else [])]


def warnings(subject: Subject) -> list[str]:
    """The warnings of the fit, one sentence each; those about narrow components are among the checks."""
    described = sentences(subject.fit.narrow)
    return [visible(sentence, 600) for sentence in subject.fit.warnings if sentence not in described]


def restarts(subject: Subject) -> Table:
    """The table of restarts: start, ending and log-likelihood."""
    fit = subject.fit
    frame = pd.DataFrame(
        {
            "restart": [f"{run.number + 1}" for run in fit.runs],
            "start": [run.kind for run in fit.runs],
            "iterations": [run.n_iterations for run in fit.runs],
            "ended": [ENDINGS[run.ending] for run in fit.runs],
            "log-likelihood": [exact(run.log_likelihood) if run.valid else "–" for run in fit.runs],
            "at the floor": [sum(run.at_floor) if run.valid else 0 for run in fit.runs],
            "": ["best" if index == fit.best_index else "" for index in range(len(fit.runs))],
        }
    )
    return Table.of("Restarts", frame)


def checks(subject: Subject) -> list[CheckRow]:
    """The finding of each check."""
    return [
        CheckRow(
            title=CHECKS[key].title,
            outcome=finding.outcome.value,
            fine=finding.outcome is Outcome.FINE,
            unknown=finding.outcome is Outcome.UNKNOWN,
            measured=visible(f"{finding.measured} {finding.detail}", 1_000),
            limit=CHECKS[key].limit,
            advice=CHECKS[key].advice if finding.outcome is Outcome.LOOK and not finding.advised else "",
        )
        for key, finding in subject.findings.items()
    ]


def agreement(subject: Subject) -> tuple[str, tuple[Table, ...]] | None:
    """The agreement of components and labels: a sentence, and the cross table; None without labels."""
    prepared = subject.prepared
    column = subject.preparation.label_column or subject.dataset.label_column
    if prepared.labels is None or column is None:
        return None
    labels = np.asarray(prepared.labels, dtype=object)
    labelled = labels != UNLABELLED
    components = subject.responsibilities.argmax(axis=1)[labelled]
    table = cross_table(labels[labelled], components, subject.fitted.n_components)
    codes, names = pd.factorize(labels[labelled])
    sentence = (
        f"Adjusted Rand index {number(adjusted_rand_index(codes, components), 3)}: 1 if groups and components are the "
        "same, about 0 if they agree by chance alone."
        if len(names) > 1
        else "All labelled rows have one label, so there is nothing to compare."
    )
    shown = table.head(MAX_GROUPS).reset_index(names=visible(column))
    more = f"The largest {MAX_GROUPS} of {len(table):,} groups." if len(table) > MAX_GROUPS else ""
    return sentence, Table.of("Rows of each group in each component", shown, more).split()


def headline_number(value: float | None) -> str:
    """A log-likelihood or a criterion, as text for the top of the report."""
    return tenths(value)


def exact(value: float | None) -> str:
    """A log-likelihood or a criterion with four decimals; a dash for None."""
    return "–" if value is None else f"{value:,.4f}".replace("-", "−")
