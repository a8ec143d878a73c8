"""gmm_core script: a Python script that repeats the fit with gmm_core: same data, preparation and specification."""

from __future__ import annotations

import textwrap
from dataclasses import asdict

from gmm_core.export.scripts.literal import WIDTH, call, texts
from gmm_core.export.scripts.pandas_reading import file_name
from gmm_core.export.scripts.reproduction import Reproduction
from gmm_core.fitting.specification import FitSpecification
from gmm_core.tables.files.options import DETECT_ALL
from gmm_core.tables.origin import FromFile, Generated, Sampled

FILE = "fit_with_gmm_core.py"
"""The name of the script's file."""
ALWAYS_IMPORTED = ("FitSpecification", "Model", "Preparation", "fit", "labelled_rows", "prepare")
"""Names of gmm_core that every script imports."""


def gmm_core_script(about: Reproduction) -> str:
    """A Python script that repeats the fit with gmm_core and gets the same numbers."""
    imports, data = _data(about)
    if not isinstance(about.fit.specification.regularization, int | float):
        imports += ["Ridge", "VarianceFloor"]
    preparation, specification = about.preparation, about.fit.specification
    lines = [
        *_heading(about),
        *(["from pathlib import Path", ""] if isinstance(about.origin, FromFile) else []),
        *_import([*imports, *ALWAYS_IMPORTED]),
        "",
        *data,
        "preparation = "
        + call(
            "Preparation",
            [],
            {
                "columns": texts(preparation.columns, "()", 4),
                "scaling": repr(preparation.scaling),
                "missing": repr(preparation.missing),
            },
        ),
        "prepared = prepare(dataset, preparation)",
        "specification = " + call("FitSpecification", [], _specification_code(specification)),
        "result = fit(prepared.X, specification, columns=prepared.columns)",
        "model = Model.of(result, prepared, preparation, dataset.name)",
        "",
        "# The same seed and versions give the same digits; other processors and versions, some ten of them.",
        f'print(f"log-likelihood {{result.log_likelihood:.6f}}, on screen {about.fit.log_likelihood:.6f}")',
        'print("weights", model.original.weights)',
        'print("means, in original units", model.original.means, sep="\\n")',
        "rows = labelled_rows(dataset.table, model)",
        "print(rows)",
    ]
    return "\n".join(lines) + "\n"


def _heading(about: Reproduction) -> list[str]:
    """The comment at the beginning: what the script does and what it needs to run."""
    needs = (
        "It needs gmm_core, which is a folder within that of GMM Explorer and no package to install, and a Python with "
        "what requirements.txt lists there. Put this script into the folder of GMM Explorer, or name that folder in "
        "PYTHONPATH:"
    )
    data = "The file of data is looked for in the folder in which you run this."
    return [
        f"# {about.title}: the same fit with gmm_core.",
        *([f"# {about.unfinished}"] if about.unfinished else []),
        *(line for sentence in about.warnings for line in _comment(sentence)),
        "#",
        *_comment(needs),
        f"#     PYTHONPATH=/folder/of/gmm-explorer python {FILE}",
        *(_comment(data) if isinstance(about.origin, FromFile) else []),
        "",
    ]


def _import(names: list[str]) -> list[str]:
    """The import of names from gmm_core, one name per line."""
    return ["from gmm_core import (", *(f"    {name}," for name in sorted(names)), ")"]


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="# ", subsequent_indent="# ")


def _data(about: Reproduction) -> tuple[list[str], list[str]]:
    """The names that are imported for the data, and the lines of code that make `dataset`."""
    origin = about.origin
    if isinstance(origin, Generated):
        arguments = {name: repr(value) for name, value in origin.parameters}
        return (
            ["generate"],
            ["dataset = " + call("generate", [repr(origin.key)], arguments)],
        )
    if isinstance(origin, Sampled):
        return (
            ["load_sample"],
            [f"dataset = load_sample({origin.key!r})"],
        )
    return _file(origin)


def _file(origin: FromFile) -> tuple[list[str], list[str]]:
    options_as_code = {
        key: repr(value)
        for key, value in asdict(origin.options).items()
        if value != getattr(DETECT_ALL, key) and (key != "sheet" or len(origin.sheets) > 1)
    }
    imports = ["read_file"]
    path = f"file = Path({file_name(origin.name)!r})"
    if not options_as_code:
        return imports, [path, "dataset = read_file(file.read_bytes(), file.name).dataset"]
    return (
        [*imports, "ReadOptions"],
        [
            path,
            "options = " + call("ReadOptions", [], options_as_code),
            "dataset = read_file(file.read_bytes(), file.name, options).dataset",
        ],
    )


def _specification_code(specification: FitSpecification) -> dict[str, str]:
    """The fields of the specification as code, defaults included, so that a changed default does not change the fit."""
    return {
        "n_components": repr(int(specification.n_components)),
        "covariance_type": repr(specification.covariance_type),
        "n_init": repr(int(specification.n_init)),
        "init": repr(specification.init),
        "seed": repr(int(specification.seed)),
        "tolerance": repr(specification.tolerance),
        "max_iterations": repr(int(specification.max_iterations)),
        "regularization": repr(specification.regularization),
        "acceleration": repr(specification.acceleration),
        "sampling": repr(specification.sampling),
    }
