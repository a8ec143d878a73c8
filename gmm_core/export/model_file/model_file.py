"""Model file: writes a model as JSON, and loads it again so that it makes the same predictions.

The format is defined by `model.schema.json` and explained in docs/model-file.md.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from gmm_core.errors import DataError, ExplorerError
from gmm_core.export.model_file.document import parsed, require_size, written
from gmm_core.export.model_file.fields import Fields
from gmm_core.export.model_file.loaded_model import loaded_model
from gmm_core.export.model_file.model import Model
from gmm_core.fitting.narrow_components import NarrowComponent
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import structure_named
from gmm_core.model.covariance.regularization import in_numbers
from gmm_core.wording import quoted

FORMAT = "gmm-explorer model"
"""The value of the field `format` in every model file."""
VERSION = 1
"""The version of the format that is written and loaded here."""


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
    fields.taken("format")  # read above: an unread field would be refused as unknown
    version = fields.whole("version", 1)
    if version != VERSION:
        raise DataError(
            f"The model file has version {version:,}, and version {VERSION} is what can be opened here: open it with a "
            "newer GMM Explorer."
        )
    return loaded_model(fields)


def _narrow_written(narrow: NarrowComponent) -> dict[str, object]:
    """A narrow component as JSON values."""
    return {
        "kind": narrow.kind.name.lower(),
        "component": narrow.component + 1,
        "rows": narrow.weight,
        "different_rows": narrow.distinct,
        "at_floor": narrow.at_floor,
    }


def _regularization_written(specification: FitSpecification) -> object:
    """The regularisation as JSON values; raises ExplorerError for a kind that no model file can hold."""
    written = in_numbers(specification.regularization)
    if written is not None:
        return written
    raise ExplorerError(
        "A regularisation of your own cannot be written into a model file: use a number or a Ridge."
    )
