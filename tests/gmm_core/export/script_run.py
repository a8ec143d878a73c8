"""Runs scripts one after the other, each in names of its own, and writes what their fits came to as JSON.

python script_run.py allowed_package … < list of paths
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import runpy
import sys
import warnings
from typing import Any


def outcome(path: str) -> dict[str, Any]:
    os.chdir(os.path.dirname(path))
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        names = runpy.run_path(path)
    if "mixture" in names:  # scikit-learn's
        mixture = names["mixture"]
        found = {"weights": mixture.weights_, "means": mixture.means_ * names["scale"] + names["center"]}
        found |= {
            "log_likelihood": names["log_likelihood"],
            "labels": names["labels"],
            "rows": len(names["X"]),
        }
    else:
        result, model = names["result"], names["model"]
        labels = names["rows"]["component"].dropna()
        found = {"weights": model.original.weights, "means": model.original.means, "labels": labels}
        found |= {"log_likelihood": result.log_likelihood, "rows": len(names["prepared"].X)}
    found = {name: value.tolist() if hasattr(value, "tolist") else value for name, value in found.items()}
    return {**found, "printed": printed.getvalue()}


if __name__ == "__main__":
    warnings.simplefilter("error")
    outcomes = [outcome(path) for path in sys.stdin.read().splitlines()]
    sys.stdout.write(
        json.dumps({"outcomes": outcomes, "modules": sorted({name.split(".")[0] for name in sys.modules})})
    )
