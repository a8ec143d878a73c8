"""Groups that are known beside the components that were found: how many rows each pair shares."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from gmm_core.arrays import IntArray


def cross_table(groups: Sequence[str], labels: IntArray, n_components: int) -> pd.DataFrame:
    """How many of the rows (N) of each group lie in each component: a row per group, a column per component.

    Groups stand in the order of their sizes, the largest first; components are numbered from 1.
    """
    codes, names = pd.factorize(np.asarray(groups, dtype=object))
    counts = np.bincount(codes * n_components + labels, minlength=len(names) * n_components)
    table = pd.DataFrame(
        counts.reshape(len(names), n_components),
        index=[str(name) for name in names],
        columns=[str(component + 1) for component in range(n_components)],
    )
    return table.iloc[np.argsort(-table.sum(axis=1).to_numpy(), kind="stable")]
