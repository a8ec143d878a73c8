"""A plain script with a fit for which compiled code is worth loading, by what is expected of it, and that is over soon.

Its groups lie far apart and it begins with k-means, so that NumPy takes a tenth of what is expected. It prints the
engine.
"""

SCRIPT = """
import numpy as np
from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
rows = np.random.default_rng(0).normal(size=(3_000, 2)) + 30 * (np.arange(3_000) % 3)[:, None]
print(fit(rows, FitSpecification(n_init=12, max_iterations=100, init='k-means')).engine)
"""
