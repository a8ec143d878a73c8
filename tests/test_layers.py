"""The arrows pages → ui → serving/reading → gmm_core, read from the code itself."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
PRODUCT = ("gmm_core", "ui", "serving", "pages", "app.py", "server.py")
# What answers requests knows the app; what reads files is known by it.
ABOVE_UI = tuple(f"serving.{file.stem}" for file in (REPOSITORY / "serving").glob("[a-z]*.py"))

FORBIDDEN = {
    "gmm_core": ("streamlit", "plotly", "starlette", "ui", "serving", "pages", "app", "server"),
    "serving/reading": (
        "streamlit",
        "plotly",
        "numba",
        "starlette",
        "ui",
        "pages",
        "app",
        "server",
        *ABOVE_UI,
    ),
    "ui/figures": ("streamlit", "starlette", "serving", "pages", "app", "server"),
    "ui": ("pages", "app", "server", *ABOVE_UI),
    "pages": ("pages", "serving", "app", "server"),
    "serving": ("pages", "app", "server"),
}
FORBIDDEN_EVERYWHERE = ("sklearn.mixture", "pickle", "cloudpickle", "dill", "joblib", "shelve", "marshal")
CORE_MAY_IMPORT = {
    "gmm_core",
    "numpy",
    "scipy",
    "pandas",
    "sklearn",
    "platformdirs",
    "numba",
    "llvmlite",
    "threadpoolctl",
    "pyarrow",
    "python_calamine",
    "re2",
}
MAX_MODULES = 24
"""In one folder."""
MATHEMATICS = (
    "gmm_core/model",
    "gmm_core/em",
    "gmm_core/rows",
    "gmm_core/engines",
    "gmm_core/starts",
    "gmm_core/fitting",
    "gmm_core/geometry",
    "gmm_core/density",
    "gmm_core/estimators",
)
GATES = ("gmm_core/rows/matrix.py", "gmm_core/rows/column_values.py")
"""What people hand in may be a data frame: these alone of the mathematics know one."""
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}


def files_of(part: str) -> list[Path]:
    """All Python files of one part of the product."""
    path = REPOSITORY / part
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def imported_names(file: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything that `file` imports, by statement or by `import_module("…")`."""
    package = file.relative_to(REPOSITORY).parent.parts
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            yield node.lineno, module
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in (
            "import_module",
            "__import__",
        ):
            strings = (
                part for given in node.args for part in ast.walk(given) if isinstance(part, ast.Constant)
            )
            yield from ((node.lineno, str(part.value)) for part in strings)


def is_below(name: str, package: str) -> bool:
    """Whether the dotted `name` is `package` or lies in it."""
    return name == package or name.startswith(f"{package}.")


def trespasses(files: list[Path], forbidden: tuple[str, ...]) -> list[str]:
    """Where `files` import one of the `forbidden` packages."""
    return [
        f"{file.relative_to(REPOSITORY)}:{line} imports {name}"
        for file in files
        for line, name in imported_names(file)
        if any(is_below(name, package) for package in forbidden)
    ]


@pytest.mark.parametrize("layer", FORBIDDEN)
def test_a_layer_imports_only_what_stands_to_its_right(layer: str) -> None:
    assert not trespasses(files_of(layer), FORBIDDEN[layer])


def test_what_one_page_shows_knows_nothing_of_what_another_shows() -> None:
    views = [folder for folder in (REPOSITORY / "ui/views").iterdir() if (folder / "__init__.py").is_file()]
    names = [f"ui.views.{folder.name}" for folder in views]
    strangers = {
        folder.name: trespasses(
            files_of(f"ui/views/{folder.name}"),
            tuple(name for name in names if name != f"ui.views.{folder.name}"),
        )
        for folder in views
    }
    assert len(views) == len(list((REPOSITORY / "pages").glob("*/*.py")))
    assert not any(strangers.values()), strangers


def test_what_pages_share_knows_no_page() -> None:
    shared = [file for file in files_of("ui") if REPOSITORY / "ui/views" not in file.parents]
    assert len(shared) > 80
    assert not trespasses(shared, ("ui.views",))


def test_no_folder_holds_more_modules_than_can_be_read_at_a_glance() -> None:
    parts = [part for part in (*PRODUCT, "tests", "benchmarks") if (REPOSITORY / part).is_dir()]
    sizes = Counter(
        str(file.parent.relative_to(REPOSITORY))
        for part in parts
        for file in files_of(part)
        if file.name not in ("__init__.py", "conftest.py")
    )
    large = {folder: size for folder, size in sizes.items() if size > MAX_MODULES}
    assert not large


@pytest.mark.parametrize("part", PRODUCT)
def test_the_product_never_uses_scikit_learns_mixtures_nor_pickles(part: str) -> None:
    assert not trespasses(files_of(part), FORBIDDEN_EVERYWHERE)


def test_the_core_imports_nothing_but_the_numerical_libraries() -> None:
    allowed = CORE_MAY_IMPORT | set(sys.stdlib_module_names)
    strangers = {
        name.split(".")[0]
        for file in files_of("gmm_core")
        for _, name in imported_names(file)
        if name.split(".")[0] not in allowed
    }
    assert not strangers


def test_only_the_choice_of_an_engine_knows_compiled_code() -> None:
    compiled, choice = REPOSITORY / "gmm_core/engines/numba", REPOSITORY / "gmm_core/engines/choice.py"
    others = [file for part in ("gmm_core", "ui", "pages") for file in files_of(part)]
    others = [file for file in others if compiled not in file.parents and file != choice]
    assert not trespasses(others, ("gmm_core.engines.numba",))
    assert trespasses([choice], ("gmm_core.engines.numba",))


def test_the_mathematics_knows_neither_tables_nor_what_is_made_of_fits() -> None:
    above = ("gmm_core.tables", "gmm_core.studies", "gmm_core.export", "pandas", "pyarrow", "re2")
    files = [file for part in MATHEMATICS for file in files_of(part)]
    gates = [REPOSITORY / gate for gate in GATES]
    assert not trespasses([file for file in files if file not in gates], above)
    assert not trespasses(gates, above[:3])
    named = {part.split("/")[1] for part in MATHEMATICS} | {"tables", "studies", "export"}
    assert named == {file.parent.name for file in (REPOSITORY / "gmm_core").glob("*/__init__.py")}


def test_tables_know_neither_studies_nor_exports_and_studies_no_exports() -> None:
    assert not trespasses(files_of("gmm_core/tables"), ("gmm_core.studies", "gmm_core.export"))
    assert not trespasses(files_of("gmm_core/studies"), ("gmm_core.export",))


def test_no_module_of_the_core_comes_back_to_itself_by_what_it_imports() -> None:
    modules = {
        ".".join(file.relative_to(REPOSITORY).with_suffix("").parts): file for file in files_of("gmm_core")
    }
    imports = {
        module: {name for _, name in imported_names(file) if name in modules}
        for module, file in modules.items()
    }
    TopologicalSorter(imports).prepare()  # raises CycleError, which names the circle


def test_the_core_imports_where_there_is_no_screen() -> None:
    modules = [
        ".".join(file.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__")
        for file in files_of("gmm_core")
    ]
    program = f"import sys, {', '.join(modules)}\nprint(sorted({{'streamlit', 'plotly'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_a_server_waits_for_no_code_to_be_compiled_before_it_answers() -> None:
    program = (
        "import server, sys; server.import_layers(); "
        "print('ui.shell.analysis' in sys.modules, 'numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "True False"


def test_no_page_lies_where_streamlit_would_find_it_by_itself() -> None:
    assert not list((REPOSITORY / "pages").glob("*.py"))
    assert list((REPOSITORY / "pages").glob("*/*.py"))


@pytest.mark.parametrize("part", [*PRODUCT, "tests"])
def test_every_file_is_named_by_its_noun(part: str) -> None:
    assert not [file for file in files_of(part) if file.stem in FORBIDDEN_NAMES]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("import streamlit.components", "streamlit.components"),
        ("from plotly import graph_objects", "plotly.graph_objects"),
        ("def f():\n    from ..ui import chart", "ui.chart"),
        ("import importlib\nimportlib.import_module('pages.explore')", "pages.explore"),
        ("import importlib\nimportlib.import_module(f'pages.{name}')", "pages."),
    ],
)
def test_an_import_is_seen_however_it_is_written(
    code: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.REPOSITORY", tmp_path)
    (tmp_path / "gmm_core" / "data").mkdir(parents=True)
    file = tmp_path / "gmm_core" / "reader.py"
    file.write_text(code)
    assert name in [found for _, found in imported_names(file)]


def test_what_a_long_list_of_arguments_means_is_said_by_their_names() -> None:
    written_by_place = {
        f"{file.relative_to(REPOSITORY)}: {ast.unparse(call.func)}"
        for part in PRODUCT
        for file in files_of(part)
        if REPOSITORY / "gmm_core/engines/numba"
        not in file.parents  # compiled code takes arrays by their places
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and len(call.args) > 6
    }
    assert written_by_place == {
        "gmm_core/model/covariance/formula.py: row",  # any number of parts
        "gmm_core/tables/generators.py: Parameter",  # a table, a line a row
        "serving/accepting.py: _accept",  # as asyncio calls it
    }
