"""Memory is bounded by the block, not by rows times components."""

import subprocess
import sys

SCRIPT = """
import resource
import numpy as np
from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
rng = np.random.default_rng(0)
centres = rng.normal(scale=4, size=(10, 10))
X = centres[rng.integers(10, size=1_000_000)]
X += rng.standard_normal(X.shape)
result = fit(X, FitSpecification(n_components=10, n_init=2, max_iterations=4))
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert result.mixture.n_components == 10
print((after - before) / 1024 - X.nbytes / 2**20)
"""


def test_a_million_rows_by_ten_with_ten_components_fit_within_a_gibibyte_above_the_data() -> None:
    finished = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert float(finished.stdout) < 1024
