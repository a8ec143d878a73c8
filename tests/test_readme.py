"""What the README says holds."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

REPOSITORY = Path(__file__).parents[1]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "target", sorted(set(re.findall(r"make ([a-z]+)\b(?= |`|\.|,|$)", README, re.MULTILINE)))
)
def test_every_make_target_it_names_is_there(target: str) -> None:
    planned = subprocess.run(["make", "--dry-run", target], cwd=REPOSITORY, capture_output=True, text=True)
    assert planned.returncode == 0, planned.stderr


def test_its_examples_run_one_after_the_other() -> None:
    examples = re.findall(r"```python\n(.+?)```", README, re.DOTALL)
    X = np.random.default_rng(0).normal(size=(60, 2)) + np.repeat([[0.0], [9.0], [18.0]], 20, axis=0)
    names: dict[str, Any] = {"X": X, "weights": np.ones(60)}
    assert len(examples) == 2
    for example in examples:
        exec(example, names)
    assert names["best"].mixture.means.shape == names["model"].means_.shape == (3, 2)
