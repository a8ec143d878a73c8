"""Loaded model: makes a model from the fields of a model file, and checks every field and that they agree."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.em.squarem import ACCELERATIONS
from gmm_core.errors import DataError, ParameterError
from gmm_core.export.model_file.fields import Fields
from gmm_core.export.model_file.model import Model
from gmm_core.export.model_file.record import FitRecord
from gmm_core.fitting.narrow_components import NarrowComponent, NarrowKind
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import STRUCTURES, structure_named
from gmm_core.model.covariance.regularization import Ridge
from gmm_core.model.mixture import Mixture
from gmm_core.model.standardization import Standardization
from gmm_core.starts.kinds import ALL_STARTS, MIXED, SPLITS
from gmm_core.tables.cells.missing import TREATMENTS
from gmm_core.tables.scaling import SCALINGS
from gmm_core.wording import listed, quoted

MAX_COMPONENTS = 1_000
"""Largest K that is loaded."""
MAX_COLUMNS = 1_000
"""Largest D that is loaded."""
MAX_COVARIANCES = 800_000
"""Largest K·D² that is loaded: the number of entries of all covariance matrices."""
MAX_LIBRARIES = 20
"""Most libraries in the field `versions`."""
AGREEMENT = 1e-6
"""Most that a mean or covariance may differ between original units and those of the fit, in standard deviations."""
SYMMETRY = 1e-8
"""Most that Σ_ij and Σ_ji may differ, as a share of √(Σ_ii Σ_jj)."""
MEDIAN = "median"
"""The key in TREATMENTS of the only treatment that has medians."""


def loaded_model(fields: Fields) -> Model:
    """The model in the fields of a model file; `format` and `version` have been read already.

    Raises
    ------
    DataError
        If a field is missing, unknown or wrong, or if the numbers are not a mixture of the covariance type.
    """
    columns = fields.texts("columns", MAX_COLUMNS)
    twice = sorted(name for name, count in Counter(columns).items() if count > 1)
    if twice:
        raise DataError(f"“columns” names {listed(twice)} twice: give each column its own name.")
    k, d = fields.length("weights"), len(columns)
    if not 1 <= k <= MAX_COMPONENTS or k * d * d > MAX_COVARIANCES:
        raise DataError(
            f"The model has {k:,} components in {d:,} columns: {MAX_COMPONENTS:,} components and "
            f"{MAX_COVARIANCES:,} numbers in covariances are what can be opened."
        )
    covariance_type = fields.choice("covariance_type", STRUCTURES)
    weights = fields.numbers("weights", (k,))
    means, covariances = fields.numbers("means", (k, d)), fields.numbers("covariances", (k, d, d))
    fitted = fields.within("fitted")
    mixture = _mixture(
        weights, fitted.numbers("means", (k, d)), fitted.numbers("covariances", (k, d, d)), covariance_type
    )
    fitted.done()
    preparation = fields.within("preparation")
    scaling = preparation.choice("scaling", SCALINGS)
    center, scale = preparation.numbers("center", (d,)), preparation.numbers("scale", (d,))
    missing = preparation.choice("missing", TREATMENTS)
    medians = None if preparation.is_null("medians") else preparation.numbers("medians", (d,))
    preparation.done()
    if scale.min() <= 0:
        raise DataError("“preparation.scale” holds a number that is not above 0: a column is divided by it.")
    if (medians is None) != (missing != MEDIAN):
        raise DataError(
            f"“preparation.medians” must hold a number for each column where “missing” is “{MEDIAN}”, else null."
        )
    _require_agreement(mixture, Standardization(center, scale), means, covariances)
    specification = _specification(fields.within("specification"))
    if structure_named(specification.covariance_type).name != covariance_type:
        raise DataError("“covariance_type” and “specification.covariance_type” differ: make them agree.")
    record = _record(fields.within("fit"), fields.within("versions"), k)
    fields.done()
    return Model(
        mixture=mixture,
        columns=columns,
        center=center,
        scale=scale,
        scaling=scaling,
        missing=missing,
        medians=medians,
        specification=specification,
        record=record,
    )


def _mixture(
    weights: FloatArray, means: FloatArray, covariances: FloatArray, covariance_type: str
) -> Mixture:
    """The fitted mixture, after checking that its covariances are valid and of the covariance type."""
    for number, covariance in enumerate(covariances, start=1):
        variances = np.diagonal(covariance)
        with np.errstate(over="ignore"):
            unit = np.sqrt(np.abs(np.outer(variances, variances)))
        if not (variances > 0).all() or (np.abs(covariance - covariance.T) > SYMMETRY * unit).any():
            raise DataError(
                f"The covariance of component {number} is not symmetric with variances above 0: mend it under “fitted”."
            )
    if not structure_named(covariance_type).holds(covariances):
        raise DataError(
            f"The covariances are not of the type {quoted(covariance_type)}: name the one that they are of."
        )
    try:
        mixture = Mixture(weights, means, covariances)
        with np.errstate(all="ignore"):
            usable = np.isfinite(mixture.whitening).all() and np.isfinite(mixture.cholesky_factors).all()
    except ParameterError as problem:
        raise DataError(str(problem)) from problem
    if not usable:
        raise DataError("A covariance is too large or too small to be computed with: fit in other units.")
    return mixture


def _require_agreement(
    mixture: Mixture, standardization: Standardization, means: FloatArray, covariances: FloatArray
) -> None:
    """Raise DataError if the parameters in original units and those of the fit, which predict, do not agree."""
    scale = standardization.scale
    with np.errstate(all="ignore"):
        same_means = mixture.means * scale + standardization.center
        same_covariances = mixture.covariances * (scale[:, None] * scale)
        deviations = np.sqrt(np.diagonal(same_covariances, axis1=1, axis2=2))
        unit = deviations[:, :, None] * deviations[:, None, :]
        room = AGREEMENT * (deviations + 1e-6 * np.abs(same_means))
        agree = (np.abs(means - same_means) <= room).all() and (
            np.abs(covariances - same_covariances) <= AGREEMENT * unit
        ).all()
    if not np.isfinite(room).all() or not np.isfinite(unit).all():
        raise DataError("“preparation” brings the parameters beyond the largest numbers: fit in other units.")
    if not agree:
        raise DataError(
            "“means” and “covariances” differ from those under “fitted”, brought to original units: change both or "
            "neither."
        )


def _specification(fields: Fields) -> FitSpecification:
    """The specification of the fit."""
    regularization = fields.taken("regularization")
    if isinstance(regularization, dict):
        ridge = fields.within("regularization")
        value: Any = ridge.taken("ridge")
        value = (
            ridge.numbers("ridge", (min(len(value), MAX_COLUMNS),)).tolist()
            if isinstance(value, list)
            else ridge.number("ridge")
        )
        ridge.done()
        regularization = Ridge(tuple(value) if isinstance(value, list) else value)
    else:
        regularization = fields.number("regularization")
    specification = FitSpecification(
        n_components=fields.whole("n_components", 1, MAX_COMPONENTS),
        covariance_type=fields.choice("covariance_type", STRUCTURES),
        n_init=fields.whole("n_init", 1),
        init=fields.choice("init", (MIXED, SPLITS, *ALL_STARTS)),
        seed=fields.whole("seed", 0),
        tolerance=fields.number("tolerance"),
        max_iterations=fields.whole("max_iterations", 0),
        regularization=regularization,
        acceleration=fields.choice("acceleration", ACCELERATIONS),
        sampling=fields.truth("sampling"),
    )
    fields.done()
    return specification


def _record(fields: Fields, versions: Fields, n_components: int) -> FitRecord:
    """The record of the fit, from the fields `fit` and `versions` of the file."""
    record = FitRecord(
        data=fields.text("data"),
        rows=fields.whole("rows", 1),
        rows_left_out=fields.whole("rows_left_out", 0),
        log_likelihood=fields.number("log_likelihood"),
        parameter_count=fields.whole("parameter_count", 1),
        aic=fields.number_or_null("aic"),
        bic=fields.number_or_null("bic"),
        icl=fields.number_or_null("icl"),
        converged=fields.truth("converged"),
        iterations=fields.whole("iterations", 0),
        versions=versions.text_pairs(MAX_LIBRARIES),
        narrow=_narrow(fields, n_components) if fields.has("narrow") else (),
    )
    fields.number("log_likelihood_original_units")
    fields.done()
    return record


def _narrow(fields: Fields, n_components: int) -> tuple[NarrowComponent, ...]:
    """The narrow components, after checking that each is named once and in order."""
    components = []
    for each in fields.each("narrow", n_components):
        components.append(
            NarrowComponent(
                kind=NarrowKind[each.choice("kind", [kind.name.lower() for kind in NarrowKind]).upper()],
                component=each.whole("component", 1, n_components) - 1,
                weight=each.number("rows"),
                distinct=each.whole("different_rows", 0),
                at_floor=each.truth("at_floor"),
            )
        )
        each.done()
    positions = [each.component for each in components]
    if positions != sorted(set(positions)):
        raise DataError("“fit.narrow” must name each component once, in their order: mend it.")
    if any(each.weight < 0 for each in components):
        raise DataError("“fit.narrow” has a component of less than 0 rows: mend it.")
    return tuple(components)
