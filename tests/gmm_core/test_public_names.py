"""What other people's code imports, now and since 0.1."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import gmm_core
from gmm_core.earlier_names import MOVED
from gmm_core.export.model_file.model_file import load_model

REPOSITORY = Path(__file__).parents[2]
OF_0_1 = Path(__file__).parent / "export" / "of_0_1"
SCRIPTS = ("generated", "sampled", "of_a_file")


def run(program: str, *options: str, folder: Path = OF_0_1) -> subprocess.CompletedProcess[str]:
    """A Python of its own, as a person starts one."""
    return subprocess.run(
        [sys.executable, *options, "-c", program],
        cwd=folder,
        env={"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
    )


def test_every_public_name_is_there_and_described() -> None:
    described = (REPOSITORY / "docs/python.md").read_text(encoding="utf-8")
    for name in gmm_core.__all__:
        assert getattr(gmm_core, name).__name__ == name
        assert getattr(gmm_core, name).__doc__
        assert f"`{name}`" in described, name
    assert set(gmm_core.__all__) <= set(dir(gmm_core))
    with pytest.raises(AttributeError, match="no attribute 'fitt'"):
        gmm_core.fitt  # noqa: B018


def test_the_example_runs() -> None:
    _, example, *_ = (REPOSITORY / "docs/python.md").read_text(encoding="utf-8").split("```")
    done = run(
        f"{example.removeprefix('python')}\nprint(len(rows), sorted(rows.component.dropna().unique().tolist()))"
    )
    assert done.stdout == "344 [1, 2, 3]\n", done.stderr


def test_nothing_is_loaded_before_it_is_asked_for() -> None:
    loaded = "import sys, gmm_core; print({'numpy', 'pandas', 'sklearn', 'numba'} & set(sys.modules))"
    assert run(loaded).stdout == "set()\n"


def test_a_model_file_is_opened_and_predicts_with_numpy_alone() -> None:
    others = "scipy", "sklearn", "pandas", "pyarrow", "numba", "threadpoolctl", "platformdirs", "re2"
    program = f"""
import sys
for other in {others}:
    sys.modules[other] = None  # as if it were not installed
from gmm_core import load_model
model = load_model("sampled.json")
rows = model.original.means.tolist()
print(model.predict_proba(rows).shape, model.log_density(rows).shape, model.original.labels(rows), model.warnings)
"""
    done = run(program)
    assert not done.stderr
    assert done.stdout == "(3, 3) (3,) [0 1 2] ()\n"


def test_scripts_of_0_1_still_run_and_say_once_for_each_module_where_it_is_now() -> None:
    program = "\n".join(
        [
            "import runpy, warnings",
            f"for name in {SCRIPTS}:",
            "    print(name)",
            "    runpy.run_path(f'{name}.py')",
        ]
    )
    done = run(program, "-W", "always::DeprecationWarning")
    assert done.returncode == 0, done.stderr
    printed = [line for line in done.stdout.splitlines() if line.startswith("log-likelihood")]
    assert len(printed) == len(SCRIPTS)
    for line in printed:
        found, on_screen = line.removeprefix("log-likelihood ").split(", on screen ")
        # the same optimum: within it, a fit stops where a row gains less than the tolerance, 1e-6
        assert float(found) == pytest.approx(float(on_screen), rel=1e-8)
    assert "generated.py" in done.stderr  # the line of the script, not one of ours
    imported = {
        node.module
        for name in SCRIPTS
        for node in ast.walk(ast.parse((OF_0_1 / f"{name}.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("gmm_core")
    }
    assert imported <= set(MOVED)
    for module in imported:
        assert done.stderr.count(f"{module} is the name of version 0.1") == 1


@pytest.mark.parametrize("name", SCRIPTS)
def test_model_files_of_0_1_still_open(name: str) -> None:
    model = load_model((OF_0_1 / f"{name}.json").read_bytes())
    assert model.original.weights.sum() == pytest.approx(1.0)
    assert np.isfinite(model.original.log_density(model.original.means)).all()


def test_an_earlier_module_hides_no_public_name() -> None:
    program = "from gmm_core.fit import fit as earlier\nfrom gmm_core import fit\nassert fit is earlier"
    done = run(program, "-W", "ignore::DeprecationWarning")
    assert done.returncode == 0, done.stderr
    unknown = run("import gmm_core.no_such_module")
    assert "No module named 'gmm_core.no_such_module'" in unknown.stderr


def test_every_earlier_module_is_where_it_is_said_to_be() -> None:
    names = ", ".join(MOVED)
    done = run(f"import warnings; warnings.simplefilter('ignore'); import {names}")
    assert done.returncode == 0, done.stderr
