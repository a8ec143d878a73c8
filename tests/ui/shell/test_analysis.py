"""What the visitor works on: whoever asks for it changes nothing, and a page alone takes over what the controls say."""

from __future__ import annotations

from typing import cast

import pytest

from gmm_core.fitting.specification import FitSpecification
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.origin import Sampled
from gmm_core.tables.preparation import Preparation
from ui.shell import analysis as module
from ui.shell.analysis import Analysis, current_analysis, remember_analysis, take_over_specification


def test_only_a_run_without_the_sidebar_takes_over_the_controls_of_the_model(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module.st, "session_state", {})
    monkeypatch.setattr(module, "chosen_specification", lambda: FitSpecification(n_components=5))
    asked = FitSpecification(n_components=2)
    analysis = Analysis(cast(Dataset, None), Sampled("iris"), None, Preparation(("a",)), asked, private=False)
    remember_analysis(analysis)
    assert current_analysis() is current_analysis() is analysis
    assert take_over_specification().specification.n_components == 5
    assert current_analysis().specification.n_components == 5
