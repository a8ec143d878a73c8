"""Schema: the JSON Schema of a model file, with the covariance types that there are."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from gmm_core.model.covariance.catalogue import STRUCTURES

SCHEMA = Path(__file__).with_name("model.schema.json")
"""The published JSON Schema."""


def published_schema() -> str:
    """The text of the JSON Schema (draft 2020-12) of a model file, with the covariance types of `STRUCTURES`.

    After a change of the types, `python -m gmm_core.export.model_file.schema` writes it to SCHEMA.
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


if __name__ == "__main__":
    SCHEMA.write_text(published_schema(), encoding="utf-8")
