"""What fits come to, in a file, so that a change of the code under them can be held against it.

One EM iteration from stored states, and where converged fits end: families × weights × starts × engines, on iris and
Old Faithful. Run: .venv/bin/python -m benchmarks.golden_fits --write (the file), or --digest (one line that is the
same where every number of every fit is, byte for byte, on one machine).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from hashlib import blake2b
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_iris

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.engines.choice import ENGINES
from gmm_core.fitting.fit import Fit, fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.model.mixture import Mixture
from gmm_core.starts.kinds import (
    ALL_STARTS,
    MIXED,
    SPLITS,
    GivenLabels,
    GivenMeans,
    GivenMixture,
    Start,
)
from gmm_core.tables.samples import load_sample

FILE = Path(__file__).parents[1] / "tests/reference/golden_fits.json"
DATASETS = ("faithful", "iris")
WEIGHTS = ("none", "uneven")
N_COMPONENTS = 3
N_INIT = {MIXED: 3, SPLITS: 2}  # one restart of each single kind
TOLERANCE, MAX_ITERATIONS = 3e-11, 20_000
"""So far that where a fit ends does not hang on the last step."""
GIVEN = ("given labels", "given means", "given mixture")
STARTS = (*ALL_STARTS, MIXED, SPLITS, *GIVEN)

Case = tuple[str, str, str, str]


def rows_of(dataset: str) -> FloatArray:
    """The rows (N, D) of a data set."""
    if dataset == "iris":
        return np.asarray(load_iris().data, dtype=np.float64)
    return load_sample("faithful").table[["eruptions", "waiting"]].to_numpy(dtype=np.float64)


def weights_of(name: str, n_rows: int) -> FloatArray | None:
    """The weights of so many rows: none, or 0.5 to 2."""
    return None if name == "none" else np.asarray(0.5 + 0.15 * (np.arange(n_rows) * 7 % 11), dtype=np.float64)


def labels_of(rows: FloatArray) -> IntArray:
    """Thirds of the rows along their first feature."""
    return np.asarray(np.argsort(np.argsort(rows[:, 0], kind="stable")) * N_COMPONENTS // len(rows))


def state_of(rows: FloatArray, family: str) -> Mixture:
    """A mixture of that family from which EM has a way to go."""
    labels = labels_of(rows)
    parts = [rows[labels == component] for component in range(N_COMPONENTS)]
    within = np.stack([np.cov(part.T, bias=True) * len(part) for part in parts])
    counts = np.array([float(len(part)) for part in parts])
    covariances = STRUCTURES[family].update(within, counts, None)
    return Mixture(counts / counts.sum(), np.stack([part.mean(axis=0) for part in parts]), covariances)


def start_of(name: str, rows: FloatArray, family: str) -> Start:
    """One of the starts that a person gives."""
    labels = labels_of(rows)
    if name == "given labels":
        return GivenLabels(labels)
    state = state_of(rows, family)
    return GivenMeans(state.means) if name == "given means" else GivenMixture(state)


def specification(family: str, **how: Any) -> FitSpecification:
    """What is asked of a golden fit."""
    asked = {"n_components": N_COMPONENTS, "covariance_type": family, "seed": 7}
    return FitSpecification(**{**asked, "tolerance": TOLERANCE, "max_iterations": MAX_ITERATIONS, **how})


def one_iteration(dataset: str, family: str, weights: str, engine: str) -> Mixture:
    """One EM iteration from the stored state."""
    rows = rows_of(dataset)
    found = fit(
        rows,
        specification(family, max_iterations=1),
        starts=[start_of("given mixture", rows, family)],
        engine=engine,
        sample_weight=weights_of(weights, len(rows)),
        keep_order=True,
    )
    return found.mixture


def converged(dataset: str, family: str, weights: str, engine: str, start: str) -> Fit:
    """A fit from that kind of start to its end."""
    rows = rows_of(dataset)
    init = start if start not in GIVEN else MIXED
    return fit(
        rows,
        specification(family, init=init, n_init=N_INIT.get(start, 1)),
        starts=[start_of(start, rows, family)] if start in GIVEN else None,
        engine=engine,
        sample_weight=weights_of(weights, len(rows)),
    )


def cases() -> Iterator[Case]:
    """(data set, family, weights, engine)."""
    yield from product(DATASETS, STRUCTURES, WEIGHTS, ENGINES)


def fits() -> Iterator[tuple[dict[str, Any], Mixture, dict[str, Fit]]]:
    """What is written of each case, its mixture after one iteration, and its converged fits by start."""
    for case in cases():
        mixture = one_iteration(*case)
        ends = {start: converged(*case, start) for start in STARTS}
        entry = {
            "case": case,
            "iteration": {
                "weights": mixture.weights.tolist(),
                "means": mixture.means.tolist(),
                "covariances": mixture.covariances.tolist(),
            },
            "log_likelihoods": {start: found.log_likelihood for start, found in ends.items()},
        }
        yield entry, mixture, ends


def digest() -> str:
    """The same for the same bytes of every mixture and likelihood of every restart."""
    found = blake2b(digest_size=16)
    for _, mixture, ends in fits():
        for one in [mixture, *(run.mixture for end in ends.values() for run in end.runs if run.valid)]:
            for array in (one.weights, one.means, one.covariances):
                found.update(np.ascontiguousarray(array).tobytes())
        for end in ends.values():
            for run in end.runs:
                found.update(run.log_likelihoods.tobytes())
    return found.hexdigest()


def main() -> None:
    """Write the file, or print the digest."""
    parser = argparse.ArgumentParser(description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", action="store_true", help="write the file")
    what.add_argument("--digest", action="store_true", help="print the digest")
    if parser.parse_args().write:
        lines = ",\n".join(json.dumps(entry) for entry, _, _ in fits())
        FILE.write_text(f"[\n{lines}\n]\n")
    else:
        print(digest())


if __name__ == "__main__":
    main()
