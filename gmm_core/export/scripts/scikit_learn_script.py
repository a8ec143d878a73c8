"""scikit-learn script: reaches the same optimum with scikit-learn, by starting EM from the fitted mixture."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.errors import ExplorerError, ParameterError
from gmm_core.export.scripts.literal import WIDTH, array, call, number, texts
from gmm_core.export.scripts.pandas_reading import PandasReading, file_name, pandas_reading
from gmm_core.export.scripts.recipe import RECIPES
from gmm_core.export.scripts.reproduction import LABELLED_ROWS, MODEL_FILE, Reproduction
from gmm_core.fitting.restart_result import Ending
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.model.covariance.family import ScikitLearnType
from gmm_core.model.covariance.regularization import as_regularization
from gmm_core.tables.origin import FromFile, Generated, Sampled
from gmm_core.tables.scaling import NORMAL_INTERQUARTILE_RANGE

MAX_NUMBERS = 2_000
"""Most numbers of the starting mixture in the script; more are read from the model file: the script stays readable."""
DIGITS = 8
"""Significant digits of the starting mixture, if that is precise enough."""
WELL_CONDITIONED = 1e4
"""Largest condition number of covariances that may be rounded to DIGITS."""
STEPS = 5
"""Bound on the difference of the log-likelihoods per row, in tolerances.

scikit-learn stops after about two iterations, each of which increases it by no more than one tolerance.
"""
TESTED_TOLERANCE = 1e-6
"""Largest tolerance at which the stated agreement of weights and means was measured; larger ones stop earlier."""
ROUNDING = 1e-12
"""Relative rounding error that is allowed for, some thousand times that of float64."""
BESIDE = 1e-3
"""Share of the smallest other variance that may be added to all variances, since it hardly changes them."""
LOADERS = {"iris": "load_iris", "wine": "load_wine"}
"""scikit-learn's function that loads a sample, by the sample's key."""


def scikit_learn_refusal(about: Reproduction) -> str | None:
    """A sentence that says why scikit-learn cannot make this fit; None if it can."""
    structure = about.fit.structure
    if structure.scikit_learn is not None:
        return None
    known = [row.scikit_learn.name for row in STRUCTURES.values() if row.scikit_learn is not None]
    return (
        f"scikit-learn has no covariances of the type {structure.name}, but {', '.join(known[:-1])} and {known[-1]} "
        "alone: no script of its own arrives at this fit."
    )


def scikit_learn_script(about: Reproduction) -> str:
    """A Python script that reaches the same optimum with NumPy, pandas and scikit-learn alone.

    Raises
    ------
    ParameterError
        If scikit-learn does not have the covariance type.
    """
    refusal = scikit_learn_refusal(about)
    if refusal is not None:
        raise ParameterError(refusal)
    data = _data(about)
    start = _start(about)
    body = [
        *data,
        "",
        *_preparation(about),
        "",
        *start,
        *_fit(about),
        "",
        "log_likelihood = mixture.score(X) * len(X)",
        "labels = mixture.predict(X) + 1  # numbered as on screen",
        f'print(f"log-likelihood {{log_likelihood:.6f}}, on screen {about.fit.log_likelihood:.6f}")',
        'print("weights", mixture.weights_)',
        'print("means, in original units", mixture.means_ * scale + center, sep="\\n")',
    ]
    return "\n".join([*_heading(about), *_imports("\n".join(body)), "", *body]) + "\n"


def _heading(about: Reproduction) -> list[str]:
    """The comment at the beginning: what the script does, and how closely its result agrees with the fit."""
    run, tolerance = about.fit.best, about.fit.specification.tolerance
    if any(run.at_floor):
        agreement = (
            "A component is held at a floor of its variance, which scikit-learn has not: here it adds reg_covar to "
            "every variance instead, so the log-likelihood is another, and weights and means agree only roughly."
        )
    elif run.ending is not Ending.CONVERGED:
        agreement = "The fit had not converged: scikit-learn continues EM from its result."
    else:
        agreement = (
            f"The log-likelihood agrees to {number(STEPS * max(tolerance, 1e-9), 2)} per row, the tolerance of the fit "
            "a few times"
        ) + (
            "; weights to 0.01, and means to 0.01 of a column's standard deviation."
            if tolerance <= TESTED_TOLERANCE
            else "."
        )
    text = f"{about.title}: the same optimum with scikit-learn, which starts where GMM Explorer arrived. {agreement}"
    return [line for sentence in (text, *about.warnings) for line in _comment(sentence)]


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="# ", subsequent_indent="# ")


def _imports(body: str) -> list[str]:
    lines = ["import json", ""] if "json." in body else []
    lines.append("import numpy as np")
    if "pd." in body:
        lines.append("import pandas as pd")
    made = [
        name
        for name in ("load_iris", "load_wine", "make_blobs", "make_circles", "make_moons")
        if f"{name}(" in body
    ]
    if made:
        lines.append(f"from sklearn.datasets import {', '.join(made)}")
    return [*lines, "from sklearn.mixture import GaussianMixture"]


def _data(about: Reproduction) -> list[str]:
    """Lines of code that make `values` (N, D): the chosen columns, in original units."""
    origin, columns = about.origin, about.prepared.columns
    if isinstance(origin, Generated):
        code = RECIPES[origin.key](dict(origin.parameters))
        n_columns = len(about.dataset.numeric_columns)
        positions = [about.dataset.numeric_columns.index(name) for name in columns]
        chosen = [] if positions == list(range(n_columns)) else [f"values = values[:, {positions}]"]
        return [*code.split("\n"), *chosen]
    if isinstance(origin, Sampled):
        return _sample(about, origin)
    return _file(about, origin, columns)


def _sample(about: Reproduction, origin: Sampled) -> list[str]:
    table, columns = about.dataset.table, about.prepared.columns
    if origin.key in LOADERS:
        positions = [list(table.columns).index(name) for name in columns]
        return [f"values = {LOADERS[origin.key]}().data[:, {positions}]"]
    lines = ["table = pd.DataFrame(", "    {"]
    for name in columns:
        text = ", ".join(f"{value!r}" if np.isfinite(value) else "np.nan" for value in table[name].tolist())
        wrapped = textwrap.wrap(text, WIDTH, initial_indent=" " * 12, subsequent_indent=" " * 12)
        lines += [f"        {name!r}: [", *wrapped, "        ],"]
    lines[-2] += ","
    return [*lines, "    }", ")", f"values = table.to_numpy(float)  # {len(table)} rows"]


def _file(about: Reproduction, origin: FromFile, columns: Sequence[str]) -> list[str]:
    reading = pandas_reading(origin, about.dataset, columns)
    name = file_name(origin.name)
    lines = []
    if reading is None:
        table = list(about.dataset.table.columns)
        reading = PandasReading("read_csv", {}, tuple(table.index(column) for column in columns), False)
        lines = [
            "# pandas alone does not read the numbers of the file, in their notation, as GMM Explorer does: these are",
            "# the labelled rows from its page Take away.",
        ]
        name = LABELLED_ROWS
    arguments = {
        key: texts(value, indent=4) if isinstance(value, list) else repr(value)
        for key, value in reading.keywords.items()
    }
    lines.append("table = " + call(f"pd.{reading.function}", [repr(name)], arguments))
    if reading.by_name:
        return [*lines, f"columns = {texts(columns)}", "values = table[columns].to_numpy(float)"]
    return [
        *lines,
        f"values = table.iloc[:, {list(reading.positions)}].to_numpy(float)",
        f"columns = {texts(columns)}",
    ]


def _preparation(about: Reproduction) -> list[str]:
    """Lines of code that make `X`, `center` and `scale` from `values`, as gmm_core prepares them."""
    lines = []
    if about.prepared.medians is not None:
        lines += [
            "values = np.where(np.isfinite(values), values, np.nan)",
            "values = values[~np.isnan(values).all(axis=1)]",
            "values = np.where(np.isnan(values), np.nanmedian(values, axis=0), values)",
        ]
    elif not isinstance(about.origin, Generated):
        lines.append("values = values[np.isfinite(values).all(axis=1)]")
    scaling = about.preparation.scaling
    if scaling == "standard":
        lines.append("center, scale = values.mean(axis=0), values.std(axis=0)")
    elif scaling == "robust":
        lines += [
            "first, center, third = np.percentile(values, [25, 50, 75], axis=0)",
            f"scale = (third - first) / {NORMAL_INTERQUARTILE_RANGE}",
            "scale = np.where(scale > 0, scale, values.std(axis=0))",
        ]
    else:
        lines.append("center, scale = 0.0, 1.0")
    return [*lines, "X = (values - center) / scale"]


def _start(about: Reproduction) -> list[str]:
    """Lines of code that make `weights`, `means` and `precisions`, the mixture of X from which EM starts."""
    mixture, compact = about.fit.mixture, about.fit.structure.compact
    covariances = compact.compacted(mixture.covariances)
    added = _added(about)
    wider = "covariances"
    if added is not None:
        wider = f"(covariances + {added!r}{'' if compact.is_diagonal else ' * np.eye(X.shape[1])'})"
    inverse = f"1.0 / {wider}" if compact.is_diagonal else f"np.linalg.inv({wider})"
    if mixture.means.size + covariances.size > MAX_NUMBERS:
        read = _scikit_learn(about).of_matrices.format('np.array(model["fitted"]["covariances"])')
        return [
            "# Where to start has too many numbers for a script: they are in the model file from the page Take away.",
            f'with open({MODEL_FILE!r}, encoding="utf-8") as file:',
            "    model = json.load(file)",
            'weights, means = np.array(model["weights"]), np.array(model["fitted"]["means"])',
            f"covariances = {read}",
            f"precisions = {inverse}",
        ]
    digits = DIGITS if _rounds_well(mixture.means, mixture.covariances) else 17
    return [
        f"weights = {array(mixture.weights, digits)}",
        f"means = {array(mixture.means, digits)}",
        f"covariances = {array(covariances, digits)}",
        f"precisions = {inverse}",
    ]


def _rounds_well(means: FloatArray, covariances: FloatArray) -> bool:
    """True if rounding the mixture to DIGITS changes the start of EM negligibly."""
    smallest = np.sqrt(np.linalg.eigvalsh(covariances)[:, 0].min())
    far = np.abs(means).max() > 1e3 * smallest
    return bool(not far and np.linalg.cond(covariances).max() < WELL_CONDITIONED)


def _fit(about: Reproduction) -> list[str]:
    specification = about.fit.specification
    arguments = {
        "n_components": repr(about.fit.mixture.n_components),
        "covariance_type": repr(_scikit_learn(about).name),
        "tol": repr(max(float(specification.tolerance), 1e-12)),
        "max_iter": repr(max(int(specification.max_iterations), 1)),
        "reg_covar": _regularization(about),
        "weights_init": "weights / weights.sum()",
        "means_init": "means",
        "precisions_init": "precisions",
    }
    return ["mixture = " + call("GaussianMixture", [], arguments), "mixture.fit(X)"]


def _scikit_learn(about: Reproduction) -> ScikitLearnType:
    covariance_type = about.fit.structure.scikit_learn
    assert covariance_type is not None
    return covariance_type


def _regularization(about: Reproduction) -> str:
    """scikit-learn's reg_covar: the ridge if there is one, else `_added`, else 0.

    A floor that no component has reached does not change the optimum.
    """
    _, ridge = _floor_and_ridge(about)
    return repr(float(ridge.max()) if ridge.any() else _added(about) or 0.0)


def _floor_and_ridge(about: Reproduction) -> tuple[float, FloatArray]:
    regularization = as_regularization(about.fit.specification.regularization)
    floor_and_ridge = regularization.floor_and_ridge(about.fit.mixture.n_features)
    if floor_and_ridge is None:
        raise ExplorerError(
            "A regularisation of your own cannot be written into a script: use a number or a Ridge."
        )
    return floor_and_ridge


def _added(about: Reproduction) -> float | None:
    """What scikit-learn has to add to all variances if a component is at the floor; None if none is.

    It is the largest of three: the floor; BESIDE times the smallest variance of the other components; and the variance
    below which scikit-learn's formulas lose their digits, x'Px − 2 x'Pμ + μ'Pμ for `diag` and `spherical`, P'x − P'μ
    for the other types.
    """
    fit, X = about.fit, about.prepared.X
    at_floor = np.array(fit.best.at_floor)
    if not at_floor.any():
        return None
    share, _ = _floor_and_ridge(about)
    others = fit.mixture.covariances[~at_floor]
    least = float(np.linalg.eigvalsh(others).min()) if len(others) else float(X.var(axis=0).mean())
    largest = float(np.square(X).max())
    lost = (ROUNDING if fit.structure.compact.is_diagonal else ROUNDING**2) * largest
    return float(f"{max(share * float(X.var(axis=0).mean()), BESIDE * least, lost):.2g}")
