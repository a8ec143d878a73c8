"""Model file: writes a model as JSON, and loads it again so that it makes the same predictions.

The format is defined by `model.schema.json` and explained in docs/model-file.md.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.em.squarem import ACCELERATIONS
from gmm_core.errors import DataError, ExplorerError, ParameterError
from gmm_core.export.model_file.document import parsed, require_size, written
from gmm_core.export.model_file.fields import Fields
from gmm_core.export.model_file.model import Model
from gmm_core.export.model_file.record import FitRecord
from gmm_core.fitting.narrow_components import Kind, NarrowComponent
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import STRUCTURES, structure_named
from gmm_core.model.covariance.regularization import Ridge, in_numbers
from gmm_core.model.mixture import Mixture
from gmm_core.model.standardization import Standardization
from gmm_core.starts.kinds import ALL_STARTS, MIXED, SPLITS
from gmm_core.tables.cells.missing import TREATMENTS
from gmm_core.tables.scaling import SCALINGS
from gmm_core.wording import listed, quoted

SCHEMA = Path(__file__).with_name("model.schema.json")
"""The published JSON Schema."""
FORMAT = "gmm-explorer model"
"""The value of the field `format` in every model file."""
VERSION = 1
"""The version of the format that is written and loaded here."""
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


def published_schema() -> str:
    """The text of the JSON Schema (draft 2020-12) of a model file, with the covariance types of `STRUCTURES`.

    After a change of the types, `python -m gmm_core.export.model_file.model_file` writes it to SCHEMA.
    """
    types = json.dumps({"enum": list(STRUCTURES)})
    return re.sub(
        r'(?<="covariance_type": )\{"enum": .*\}(?=,\n)',
        lambda _: types,
        SCHEMA.read_text(encoding="utf-8"),
    )


def schema() -> dict[str, Any]:
    """The JSON Schema of a model file, parsed."""
    document: dict[str, Any] = json.loads(published_schema())
    return document


def model_file(model: Model) -> bytes:
    """The model as JSON in UTF-8; numbers have all their digits, so that the loaded model makes the same predictions.

    Raises
    ------
    DataError
        If the model is too large for a model file, or a name cannot be encoded in UTF-8.
    """
    original, record, specification = model.original, model.record, model.specification
    document = {
        "format": FORMAT,
        "version": VERSION,
        "columns": list(model.columns),
        "covariance_type": structure_named(specification.covariance_type).name,
        "weights": model.mixture.weights.tolist(),
        "means": original.means.tolist(),
        "covariances": original.covariances.tolist(),
        "preparation": {
            "scaling": model.scaling,
            "center": model.center.tolist(),
            "scale": model.scale.tolist(),
            "missing": model.missing,
            "medians": None if model.medians is None else model.medians.tolist(),
        },
        "fitted": {
            "means": model.mixture.means.tolist(),
            "covariances": model.mixture.covariances.tolist(),
        },
        "specification": {
            "n_components": int(specification.n_components),
            "covariance_type": structure_named(specification.covariance_type).name,
            "n_init": int(specification.n_init),
            "init": specification.init,
            "seed": int(specification.seed),
            "tolerance": float(specification.tolerance),
            "max_iterations": int(specification.max_iterations),
            "regularization": _regularization_written(specification),
            "acceleration": specification.acceleration,
            "sampling": bool(specification.sampling),
        },
        "fit": {
            "data": record.data,
            "rows": record.rows,
            "rows_left_out": record.rows_left_out,
            "log_likelihood": record.log_likelihood,
            "log_likelihood_original_units": record.log_likelihood - record.rows * model.log_volume,
            "parameter_count": record.parameter_count,
            "aic": record.aic,
            "bic": record.bic,
            "icl": record.icl,
            "converged": record.converged,
            "iterations": record.iterations,
            **({"narrow": [_narrow_written(each) for each in record.narrow]} if record.narrow else {}),
        },
        "versions": dict(record.versions),
    }
    content = written(document).encode()
    load_model(content)  # a file that cannot be loaded again must not be written
    return content


def load_model(source: bytes | str | PathLike[str]) -> Model:
    """Load the model in a model file.

    Parameters
    ----------
    source : bytes or str or PathLike[str]
        The content of the file, or its path.

    Raises
    ------
    DataError
        If the file is too large, is not JSON, is no model file, has another version, or its numbers are not a mixture
        of the covariance type.
    OSError
        If the path cannot be read.
    """
    if isinstance(source, bytes):
        content = source
    else:
        path = Path(source)
        require_size(path.stat().st_size)
        content = path.read_bytes()
    document = parsed(content)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise DataError(
            f"The file is JSON, but no model file of GMM Explorer, whose “format” is {quoted(FORMAT)}: choose a "
            "model.json as it was downloaded from the page Take away."
        )
    fields = Fields(document)
    fields.taken("format")  # known now, so that it is no part too many
    version = fields.whole("version", 1)
    if version != VERSION:
        raise DataError(
            f"The model file has version {version:,}, and version {VERSION} is what can be opened here: open it with a "
            "newer GMM Explorer."
        )
    return _model(fields)


def _model(fields: Fields) -> Model:
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
    return Model(mixture, columns, center, scale, scaling, missing, medians, specification, record)


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
    found = FitSpecification(
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
    return found


def _record(fields: Fields, versions: Fields, n_components: int) -> FitRecord:
    found = FitRecord(
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
    return found


def _narrow(fields: Fields, n_components: int) -> tuple[NarrowComponent, ...]:
    found = []
    for each in fields.each("narrow", n_components):
        found.append(
            NarrowComponent(
                kind=Kind[each.choice("kind", [kind.name.lower() for kind in Kind]).upper()],
                component=each.whole("component", 1, n_components) - 1,
                weight=each.number("rows"),
                distinct=each.whole("different_rows", 0),
                at_floor=each.truth("at_floor"),
            )
        )
        each.done()
    positions = [each.component for each in found]
    if positions != sorted(set(positions)):
        raise DataError("“fit.narrow” must name each component once, in their order: mend it.")
    if any(each.weight < 0 for each in found):
        raise DataError("“fit.narrow” has a component of less than 0 rows: mend it.")
    return tuple(found)


def _narrow_written(narrow: NarrowComponent) -> dict[str, object]:
    return {
        "kind": narrow.kind.name.lower(),
        "component": narrow.component + 1,
        "rows": narrow.weight,
        "different_rows": narrow.distinct,
        "at_floor": narrow.at_floor,
    }


def _regularization_written(specification: FitSpecification) -> object:
    written = in_numbers(specification.regularization)
    if written is not None:
        return written
    raise ExplorerError(
        "A regularisation of your own cannot be written into a model file: use a number or a Ridge."
    )


if __name__ == "__main__":
    SCHEMA.write_text(published_schema(), encoding="utf-8")
