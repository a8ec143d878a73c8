"""EM up to its convergence, by the rule that ends a restart."""

from __future__ import annotations

from collections.abc import Iterator

from gmm_core.em.iteration import EMIteration
from gmm_core.em.loop import has_settled
from gmm_core.em.trajectory import Chunk


def until_settled(iterations: Iterator[EMIteration], tolerance: float) -> Iterator[EMIteration]:
    """Yield iterations up to the first that has converged, inclusive."""
    previous: Chunk | None = None
    for iteration in iterations:
        yield iteration
        chunk = Chunk.of(iteration)
        gain = chunk.gain(previous)
        if gain is not None and has_settled(gain, iteration.mean_log_likelihood, tolerance):
            return
        previous = chunk
