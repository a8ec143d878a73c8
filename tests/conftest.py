"""What all tests share: hypothesis without a clock, the same examples on every run in CI, one browser at a time."""

import os

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

settings.register_profile("house", deadline=None, print_blob=True, derandomize="CI" in os.environ)
settings.load_profile("house")


class OneBrowser(LoadScopeScheduling):
    """All browser tests go to one worker, so that two cores carry one server and one Chromium at a time."""

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith("tests/browser/") else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneBrowser:
    """Which worker runs which test; xdist's own `--dist loadgroup` groups nothing with pytest 9.2."""
    return OneBrowser(config, log)
