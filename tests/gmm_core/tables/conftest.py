"""What tests of reading share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bounded import BoundedPrograms, bounded_programs


@pytest.fixture(scope="session")
def bounded() -> Iterator[BoundedPrograms]:
    """Runs programs within bounds that the system keeps."""
    with bounded_programs() as programs:
        yield programs
