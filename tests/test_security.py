"""SECURITY.md names tests that are there, and a proxy that lets through what the app takes."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from ui.compute.limits import LIMITS

REPOSITORY = Path(__file__).parents[1]
TEXT = (REPOSITORY / "SECURITY.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/.:]+)`", TEXT)))


@pytest.mark.parametrize("name", NAMED)
def test_each_test_that_it_names_is_there(name: str) -> None:
    file, _, function = name.partition("::")
    module = ast.parse((REPOSITORY / file).read_text(encoding="utf-8"))
    tests = {node.name for node in ast.walk(module) if isinstance(node, ast.FunctionDef)}
    assert function in tests if function else any(test.startswith("test_") for test in tests)


def test_each_promise_names_its_tests() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("| ") and line.count("|") == 4]
    promises = [row for row in rows if not row.startswith("| promise")]
    assert len(promises) >= 15
    assert not [promise for promise in promises if "`tests/" not in promise.split("|")[3]]


def test_the_proxy_lets_through_the_largest_file_and_what_surrounds_it() -> None:
    sizes = re.findall(r"client_max_body_size (\d+)m;", TEXT)
    assert sizes == [str(LIMITS.upload_megabytes + 1)]


def test_streamlit_is_set_as_it_says() -> None:
    config = tomllib.loads((REPOSITORY / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert config["server"]["enableXsrfProtection"] and config["server"]["enableCORS"]
    assert not config["server"].get("enableAgentApi", False)
    assert config["client"]["showErrorDetails"] == "none"
    assert config["client"]["allowedOrigins"] == []
    assert config["client"]["disableDataExport"]
