"""Both scripts are run, and arrive where the fit did; nothing in a name becomes code."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gmm_core.export.model_file.model import Model
from gmm_core.export.model_file.model_file import model_file
from gmm_core.export.rows.labelled_rows import labelled_rows
from gmm_core.export.scripts.gmm_core_script import FILE, gmm_core_script
from gmm_core.export.scripts.reproduction import Reproduction
from gmm_core.export.scripts.scikit_learn_script import scikit_learn_script
from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.tables.files.options import ReadOptions
from gmm_core.tables.files.reader import read_file
from gmm_core.tables.files.spreadsheet_safety import csv
from gmm_core.tables.generators import GENERATORS, generate, generator_named
from gmm_core.tables.origin import FromFile, Generated, Sampled
from gmm_core.tables.preparation import Preparation, prepare
from gmm_core.tables.samples import load_sample

REPOSITORY = Path(__file__).parents[3]
RUN = Path(__file__).with_name("script_run.py")
Script = Callable[[Reproduction], str]
HOSTILE = "'''\"\"\"\\'); open('owned', 'w') #\u2028{x}"


@dataclass(frozen=True)
class Case:
    """What a script is written for; `columns` leaves the default columns where it is empty."""

    origin: Callable[[], Generated | Sampled | FromFile]
    covariance_type: str = "full"
    scaling: str = "standard"
    missing: str = "drop"
    k: int = 3
    columns: tuple[str, ...] = ()
    reads: str = ""
    """What the script of scikit-learn has to contain."""


def generated(key: str, **changes: float) -> Callable[[], Generated]:
    defaults = {parameter.name: parameter.default for parameter in generator_named(key).parameters}
    return lambda: Generated(key, tuple({**defaults, **changes}.items()))


def rows(n: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    values = np.round(
        rng.normal(size=(n, 2)) * [1.5, 400] + np.repeat([[0, 5_000], [9, 7_000], [20, 1_000]], n // 3, 0), 3
    )
    return pd.DataFrame(values, columns=["width", "price"])


def file(name: str, content: bytes, **options: Any) -> Callable[[], FromFile]:
    asked = ReadOptions(**options)

    def origin() -> FromFile:
        opened = read_file(content, name, asked)
        return FromFile(name, content, replace(opened.used_options, header=asked.header), opened.sheets)

    return origin


def text(
    separator: str = ",", decimal: str = ".", pattern: str = "{}", above: str = "", **table: Any
) -> bytes:
    shown = rows().assign(**table)
    shown["price"] = [pattern.format(f"{value:.2f}".replace(".", decimal)) for value in shown["price"]]
    return (above + shown.to_csv(sep=separator, decimal=decimal, index=False)).encode()


def grouped(value: float) -> str:
    return f"{value:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def excel() -> bytes:
    buffer = io.BytesIO()
    with pd.ExcelWriter(buffer, engine="openpyxl") as workbook:
        pd.DataFrame({"a": [1, 2]}).to_excel(workbook, sheet_name="first", index=False)
        rows().to_excel(workbook, sheet_name="it's", index=False)
    return buffer.getvalue()


def parquet() -> bytes:
    return bytes(rows().to_parquet())


def features(n: int) -> tuple[str, ...]:
    return tuple(f"feature {number}" for number in range(1, n + 1))


GAPS = {"width": [np.nan if i % 10 == 3 else value for i, value in enumerate(rows()["width"])]}
GERMAN = (
    rows()
    .assign(price=rows()["price"].map(grouped))
    .to_csv(sep=";", decimal=",", index=False)
    .encode("cp1252")
)

TOTALLED = text(width=[-999.0 if i == 3 else i**1.5 for i in range(60)])
TOTALLED += f"Total,{pd.read_csv(io.BytesIO(TOTALLED))['price'].sum():.2f}\n".encode()

CASES: dict[str, Case] = {
    **{f"generated {key}": Case(generated(key)) for key in GENERATORS},
    **{
        f"blobs, {covariance_type}, {scaling}": Case(generated("blobs", n_features=3), covariance_type, scaling)
        for covariance_type in STRUCTURES
        for scaling in ("standard", "robust", "none")
    },
    "two of four features": Case(generated("blobs", n_features=4), columns=("feature 2", "feature 4")),
    "one component": Case(generated("blobs"), k=1),
    "one feature": Case(generated("blobs", n_features=1)),
    "many numbers, full": Case(
        generated("blobs", n_features=20, n_samples=500), k=5, columns=features(20), reads="model.json"
    ),
    "many numbers, tied": Case(
        generated("blobs", n_features=50, n_samples=500), "tied", columns=features(50), reads="model.json"
    ),
    "faithful": Case(lambda: Sampled("faithful"), k=2),
    "penguins without gaps": Case(lambda: Sampled("penguins"), "tied", "robust"),
    "penguins filled": Case(lambda: Sampled("penguins"), missing="median"),
    "iris": Case(lambda: Sampled("iris"), "diag", columns=("petal length (cm)", "sepal width (cm)")),
    "wine": Case(lambda: Sampled("wine"), "diag"),
    "a CSV": Case(file("own.csv", text()), reads="pd.read_csv('own.csv')"),
    "a CSV with gaps, left out": Case(file("own.csv", text(**GAPS)), reads="'own.csv'"),
    "a CSV with gaps, filled": Case(file("own.csv", text(**GAPS)), missing="median", reads="'own.csv'"),
    "a CSV with a marker": Case(
        file("own.csv", text(width=["-" if i == 3 else i**1.5 for i in range(60)])), k=2, reads="na_values="
    ),
    "semicolons and decimal commas": Case(file("own.csv", text(";", ",")), reads="sep=';', decimal=','"),
    "Windows, points between thousands": Case(file("groß.csv", GERMAN), reads="thousands='.'"),
    "totals and a number that means missing": Case(
        file("own.csv", TOTALLED, missing=("-999",)), columns=("width", "price"), reads="nrows=60"
    ),
    "a preamble": Case(file("own.txt", text(above="# made by\n# an instrument\n")), reads="skiprows=2"),
    "no header": Case(file("own.csv", text().split(b"\n", 1)[1]), reads="header=None"),
    "currency": Case(file("own.csv", text(pattern="€{}")), reads="labelled_rows.csv"),
    "a sheet of a workbook": Case(file("own.xlsx", excel(), sheet="it's"), reads="read_excel"),
    "Parquet": Case(file("own.parquet", parquet()), reads="read_parquet"),
    "hostile names": Case(
        file(f"../x/{HOSTILE}.csv".replace("/", "\\"), text(**{HOSTILE: list(range(60))}), as_numbers=()),
        columns=("width", HOSTILE.replace("\u2028", " ")),
        k=2,
    ),
}  # fmt: skip


def spike() -> bytes:
    amounts = np.random.default_rng(0).normal(5.0, 1.0, 120)
    return "\n".join(["amount", *map(repr, [*[0.0] * 80, *amounts.tolist()])]).encode()


def one_far() -> bytes:
    return pd.concat([rows(), pd.DataFrame({"width": [1e5], "price": [1e6]})]).to_csv(index=False).encode()


AT_FLOOR: dict[str, Case] = {
    **{f"a spike, {family}": Case(file("own.csv", spike()), family, k=2) for family in ("full", "diag", "spherical")},
    **{f"a far row, {family}": Case(file("own.csv", one_far()), family, k=4) for family in ("full", "diag")},
    "a far row, as it is": Case(file("own.csv", one_far()), scaling="none", k=4),
}  # fmt: skip
ALL = {**CASES, **AT_FLOOR}


@cache
def reproduction(name: str) -> Reproduction:
    case = ALL[name]
    origin = case.origin()
    if isinstance(origin, Generated):
        dataset = generate(origin.key, **dict(origin.parameters))
    elif isinstance(origin, Sampled):
        dataset = load_sample(origin.key)
    else:
        dataset = read_file(origin.content, origin.name, origin.options).dataset
    preparation = Preparation(case.columns or dataset.default_columns(), case.scaling, case.missing)
    prepared = prepare(dataset, preparation)
    specification = FitSpecification(case.k, case.covariance_type, n_init=2, max_iterations=5_000)
    found = fit(prepared.X, specification, columns=prepared.columns)
    return Reproduction(dataset, origin, preparation, prepared, found)


def outcomes(
    script: Callable[[Reproduction], str], folder: Path, **environment: str
) -> tuple[dict[str, Any], list[str]]:
    """Each case's script in a folder with the files that a person has, run in one process of its own."""
    paths = []
    for number, name in enumerate(ALL):
        about = reproduction(name)
        place = folder / str(number)
        place.mkdir(parents=True)
        model = Model.of(about.fit, about.prepared, about.preparation, about.dataset.name)
        (place / "model.json").write_bytes(model_file(model))
        (place / "labelled_rows.csv").write_bytes(csv(labelled_rows(about.dataset.table, model)))
        if isinstance(about.origin, FromFile):
            (place / about.origin.name.split("\\")[-1]).write_bytes(about.origin.content)
        (place / "script.py").write_text(script(about), encoding="utf-8")
        paths.append(str(place / "script.py"))
    done = subprocess.run(
        [sys.executable, "-P", RUN],
        input="\n".join(paths),
        capture_output=True,
        text=True,
        cwd=folder,
        env={**{name: value for name, value in os.environ.items() if name != "PYTHONPATH"}, **environment},
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    answer = json.loads(done.stdout)
    assert not list(folder.rglob("owned"))
    return dict(zip(ALL, answer["outcomes"], strict=True)), answer["modules"]


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return outcomes(gmm_core_script, tmp_path_factory.mktemp("ours"), PYTHONPATH=str(REPOSITORY))[0]


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    found, modules = outcomes(scikit_learn_script, tmp_path_factory.mktemp("peers"))
    assert "gmm_core" not in modules and "sklearn" in modules
    return found


@pytest.mark.parametrize("name", ALL)
def test_our_script_arrives_at_the_same_numbers(name: str, ours: dict[str, Any]) -> None:
    about, found = reproduction(name), ours[name]
    model = Model.of(about.fit, about.prepared, about.preparation, about.dataset.name)
    assert found["rows"] == len(about.prepared.X)
    assert found["log_likelihood"] == pytest.approx(about.fit.log_likelihood, rel=1e-12)
    np.testing.assert_allclose(found["weights"], model.original.weights, rtol=1e-9)
    np.testing.assert_allclose(found["means"], model.original.means, rtol=1e-9)
    assert found["labels"] == (about.fit.mixture.labels(about.prepared.X) + 1).tolist()
    assert f"{about.fit.log_likelihood:.6f}, on screen {about.fit.log_likelihood:.6f}" in found["printed"]


@pytest.mark.parametrize("name", CASES)
def test_the_script_of_scikit_learn_lands_on_the_same_optimum(name: str, peers: dict[str, Any]) -> None:
    about, found = reproduction(name), peers[name]
    assert found["rows"] == len(about.prepared.X)
    assert not any(about.fit.best.at_floor) and about.fit.best.converged
    per_row = (found["log_likelihood"] - about.fit.log_likelihood) / found["rows"]
    assert abs(per_row) < 5 * about.fit.specification.tolerance
    np.testing.assert_allclose(found["weights"], about.fit.mixture.weights, atol=0.01)
    means = (np.array(found["means"]) - about.prepared.center) / about.prepared.scale
    deviations = about.prepared.X.std(axis=0)
    np.testing.assert_allclose(means / deviations, about.fit.mixture.means / deviations, atol=0.01)
    same = np.array(found["labels"]) == about.fit.mixture.labels(about.prepared.X) + 1
    assert same.mean() > 0.98
    assert CASES[name].reads in scikit_learn_script(about)


def test_scripts_stay_readable() -> None:
    for name in CASES:
        for script in (gmm_core_script(reproduction(name)), scikit_learn_script(reproduction(name))):
            assert max(len(line) for line in script.splitlines()) <= 115, name
            assert len(script) < 40_000, name


@pytest.mark.parametrize("name", AT_FLOOR)
def test_with_a_component_at_the_floor_scikit_learn_still_finds_the_groups(
    name: str, peers: dict[str, Any]
) -> None:
    about, found = reproduction(name), peers[name]
    assert any(about.fit.best.at_floor)
    assert "agree only roughly" in " ".join(scikit_learn_script(about).replace("\n#", "").split())
    np.testing.assert_allclose(found["weights"], about.fit.mixture.weights, atol=0.01)
    means = (np.array(found["means"]) - about.prepared.center) / about.prepared.scale
    deviations = about.prepared.X.std(axis=0)
    np.testing.assert_allclose(means / deviations, about.fit.mixture.means / deviations, atol=0.01)
    assert found["labels"] == (about.fit.mixture.labels(about.prepared.X) + 1).tolist()


@pytest.mark.parametrize("script", [gmm_core_script, scikit_learn_script])
def test_scripts_say_once_what_the_fit_says_of_narrow_components(script: Script) -> None:
    for name in ALL:
        about = reproduction(name)
        comments = [line.removeprefix("# ") for line in script(about).splitlines() if line.startswith("# ")]
        told = " ".join(comments)
        for sentence in about.warnings:
            assert told.count(sentence) == 1
        assert ("is an atom" in told) == name.startswith("a spike")
        assert ("is isolated" in told) == name.startswith("a far row")
        assert name not in AT_FLOOR or "a component has shrunk onto" in told


def test_our_script_says_first_what_it_needs() -> None:
    for name, about in ((name, reproduction(name)) for name in ("a CSV", "faithful")):
        heading = gmm_core_script(about).split("\n\n")[0]
        assert f"PYTHONPATH=/folder/of/gmm-explorer python {FILE}" in heading
        assert ("The file of data is looked for" in heading) == (name == "a CSV")
