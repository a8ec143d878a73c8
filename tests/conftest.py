"""What all tests share: hypothesis without a clock, and the same examples on every run in CI."""

import os

from hypothesis import settings

settings.register_profile("house", deadline=None, print_blob=True, derandomize="CI" in os.environ)
settings.load_profile("house")
