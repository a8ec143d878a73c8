"""How code is compiled: with whole vectors where they cost nothing, and never against what a person has set."""

from __future__ import annotations

from typing import Any

import numba
import pytest

from gmm_core.engines.numba import compilation


@pytest.mark.parametrize(
    ("features", "name", "asked", "expected"),
    [
        ("+avx2,+avx512f,+avx512vbmi2", None, None, "+avx2,+avx512f,+avx512vbmi2,-prefer-256-bit"),
        ("+avx2,+avx512f,-avx512vbmi2", None, None, None),
        ("+avx2", None, None, None),
        ("+avx512vbmi2", "generic", None, None),
        ("+avx512vbmi2", None, "", ""),
    ],
    ids=["whole vectors", "of the first kind", "none so wide", "another processor", "features that are set"],
)
def test_vectors_are_as_wide_as_is_quick(
    features: str, name: str | None, asked: str | None, expected: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    config: Any = numba.config
    monkeypatch.setattr(compilation, "get_host_cpu_features", lambda: features)
    monkeypatch.setattr(config, "CPU_NAME", name)
    monkeypatch.setattr(config, "CPU_FEATURES", asked)
    compilation.prepare_compilation()
    assert expected == config.CPU_FEATURES
    assert compilation.has_wide_registers() == ("-prefer-256-bit" in (expected or ""))
