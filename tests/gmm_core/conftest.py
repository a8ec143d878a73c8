"""What tests of the core share."""

from collections.abc import Callable

import pytest

from gmm_core.starts import short_runs

ShortenSearch = Callable[[str], None]


@pytest.fixture
def short_search_by_numpy(monkeypatch: pytest.MonkeyPatch) -> ShortenSearch:
    """A function that bounds the search for a start to a few short runs, one of each kind, where NumPy computes it.

    The compiled engine makes the whole search in a few milliseconds, so that its test of the same name has it;
    by NumPy it is most of what a fit of few rows computes.
    """

    def shorten(engine: str) -> None:
        if engine == "blocked":
            monkeypatch.setattr(short_runs, "ROUNDS", 1)
            monkeypatch.setattr(short_runs, "MOVES_PER_COMPONENT", 1)
            monkeypatch.setattr(short_runs, "STAGES", ((len(short_runs.PARTITIONS), 5), (2, 20)))
            monkeypatch.setattr(short_runs, "STAGES_OF_MOVES", ((3, 5), (1, 20)))

    return shorten
