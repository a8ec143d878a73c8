"""The report as a value: its numbers are the fit's, it asks nobody for anything, and nothing from outside is markup."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.generators import generate
from gmm_core.tables.preparation import Preparation, prepare
from gmm_core.tables.samples import load_sample
from ui.report.document import report
from ui.report.subject import Script, Subject

MADE = datetime(2026, 3, 1, 9, 5, tzinfo=UTC)
HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "]]>--><!-- **bold** [a](javascript:alert(1))",
    r"$\href{javascript:alert(1)}{x}$ %{x}",
    "{{ 7 * 7 }}{% raw %}",
)


def subject(dataset: Dataset, k: int = 2, covariance: str = "full", scaling: str = "standard") -> Subject:
    preparation = Preparation(dataset.default_columns(), scaling)
    prepared = prepare(dataset, preparation)
    found = fit(prepared.X, FitSpecification(n_components=k, covariance_type=covariance, n_init=2))
    return Subject(dataset, prepared, preparation, found, tuple(range(k)))


class Parsed(HTMLParser):
    """The elements of a page with their attributes, the texts of its cells, and all text but that of scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.rows: list[list[str]] = []
        self.inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.inside = tag
        if tag == "tr":
            self.rows.append([])

    def handle_data(self, data: str) -> None:
        if self.inside in ("script", "style"):
            return
        self.words.append(data)
        if self.inside in ("th", "td") and data.strip():
            self.rows[-1].append(data)

    def row(self, name: str) -> list[float]:
        """The numbers of the first row of that name."""
        found = next(row for row in self.rows if row[0] == name)
        return [number(cell) for cell in found[1:]]


def number(cell: str) -> float:
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    text = cell.replace(",", "").replace("−", "-")
    mantissa, _, exponent = text.partition(" × 10")
    if not exponent and text.startswith("10") and set(text[2:]) & set("⁻⁰¹²³⁴⁵⁶⁷⁸⁹"):
        mantissa, exponent = "1", text[2:]
    return float(mantissa) * 10.0 ** float(exponent.translate(raised) or 0)


def facts(page: Parsed, text: str) -> dict[str, str]:
    return dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", text))


@pytest.mark.parametrize(
    ("n_features", "k", "covariance"),
    [(1, 1, "full"), (1, 3, "full"), (2, 2, "full"), (3, 3, "tied"), (8, 2, "diag"), (13, 2, "full")],
)
def test_its_numbers_are_the_fits(n_features: int, k: int, covariance: str) -> None:
    of = subject(generate("blobs", n_features=n_features, n_samples=200), k, covariance)
    text = report(of, MADE)
    page = Parsed(text)
    assert page.row("weight") == pytest.approx(of.fitted.weights, rel=1e-5)
    for position, column in enumerate(of.prepared.columns):
        assert page.row(f"mean of {column}") == pytest.approx(of.original.means[:, position], rel=1e-5)
        deviations = np.sqrt(of.original.covariances[:, position, position])
        assert page.row(f"standard deviation of {column}") == pytest.approx(deviations, rel=1e-5)
    told = facts(page, text)
    criteria = of.fit.criteria
    assert number(told["Log-likelihood as fitted"]) == pytest.approx(of.fit.log_likelihood, abs=1e-4)
    assert number(told["Log-likelihood in the data&#39;s own units"]) == pytest.approx(
        of.original.log_density(of.prepared.original).sum(), abs=1e-3
    )
    for name in ("BIC", "AIC", "ICL"):
        value = getattr(criteria, name.lower())
        assert told[name] == "–" if value is None else number(told[name]) == pytest.approx(value, abs=1e-4)
    assert int(told["Iterations"]) == of.fit.best.n_iterations
    assert told["Converged"].startswith("yes" if of.fit.best.converged else "no")
    assert "9:05" not in text or "1 March 2026, 09:05 UTC" in text
    n_figures = {1: 3, 2: 3}.get(n_features, 4)
    assert sum(tag == "figure" for tag, _ in page.elements) == n_figures


def test_covariances_stand_there_in_both_units() -> None:
    of = subject(load_sample("faithful"))
    rows = [row for row in Parsed(report(of, MADE)).rows if row and row[0] == "eruptions"]
    told = [[number(cell) for cell in row[1:]] for row in rows if len(row) == 3]
    for mixture in (of.original, of.fitted):
        for covariance in mixture.covariances:
            assert any(row == pytest.approx(covariance[0], rel=1e-5) for row in told)


def test_a_fit_at_the_floor_says_so_and_has_no_criteria() -> None:
    rows = np.vstack([np.zeros((30, 2)), np.random.default_rng(0).normal(size=(30, 2)) + 8])
    of = subject(Dataset.of("twice", pd.DataFrame(rows, columns=["a", "b"]), "Made here."))
    assert any(of.fit.best.at_floor)
    text = report(of, MADE)
    assert facts(Parsed(text), text)["BIC"] == "–"
    assert "held at the floor" in text
    assert "AIC, BIC and ICL mean nothing here" in text


def test_nothing_from_outside_is_markup() -> None:
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(60, len(HOSTILE))), columns=list(HOSTILE))
    table["label </style>"] = np.where(table[HOSTILE[0]] > 0, HOSTILE[1], HOSTILE[0])
    dataset = Dataset.of(
        HOSTILE[0], table, HOSTILE[1], label_column="label </style>", notes=[HOSTILE[2], HOSTILE[4]]
    )
    plain = Parsed(report(subject(generate("blobs", n_features=5, n_samples=60), 2), MADE))
    of = subject(dataset)
    hostile = Subject(
        of.dataset,
        of.prepared,
        of.preparation,
        of.fit,
        of.colour_numbers,
        reading=(("Sheet", HOSTILE[0]),),
        address='javascript:alert(1)"><script>',
        scripts=(Script(HOSTILE[1], HOSTILE[3], HOSTILE[0]),),
    )
    page = Parsed(report(hostile, MADE))
    known = {tag for tag, _ in plain.elements} | {"pre", "code", "br", "a"}
    assert {tag for tag, _ in page.elements} <= known
    scripts = [attributes.get("type") for tag, attributes in page.elements if tag == "script"]
    assert scripts == ["application/octet-stream"] * 4 + [None] * 2
    assert not any(
        name.startswith("on") or name == "src" for _, attributes in page.elements for name in attributes
    )
    assert not any((attributes.get("href") or "").startswith("javascript") for _, attributes in page.elements)
    words = " ".join(page.words)
    assert all(name in words for name in HOSTILE)


def test_its_policy_lets_it_ask_nobody() -> None:
    text = report(subject(load_sample("faithful")), MADE)
    policy = next(
        attributes["content"] or ""
        for tag, attributes in Parsed(text).elements
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in rules["script-src"] and rules["script-src"].count("sha256-") == 2
    assert not re.search(r"https?:", policy)
    assert text.index("Content-Security-Policy") < text.index("<title>")


def test_many_rows_and_columns_stay_a_file_that_can_be_sent() -> None:
    wide = subject(generate("blobs", n_features=50, n_samples=60_000), 3, "diag")
    text = report(wide, MADE)
    assert len(text) < 9_000_000
    assert "This file draws" in text or "random sample" in text
