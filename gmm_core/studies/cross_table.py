"""Cross table of known groups and fitted components: the number of rows that each pair has in common."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from gmm_core.arrays import IntArray


def cross_table(groups: Sequence[str], labels: IntArray, n_components: int) -> pd.DataFrame:
    """Count the rows of each group in each component: a table with a row per group and a column per component.

    Groups are in the order of their sizes, the largest first; columns are numbered from 1.

    Parameters
    ----------
    groups : sequence of str, (N,)
        The known group of each row.
    labels : (N,)
        The component of each row, counted from 0.
    n_components : int
        K.
    """
    codes, names = pd.factorize(np.asarray(groups, dtype=object))
    counts = np.bincount(codes * n_components + labels, minlength=len(names) * n_components)
    table = pd.DataFrame(
        counts.reshape(len(names), n_components),
        index=[str(name) for name in names],
        columns=[str(component + 1) for component in range(n_components)],
    )
    return table.iloc[np.argsort(-table.sum(axis=1).to_numpy(), kind="stable")]
