"""Finds the components whose covariance is not a reliable estimate: atoms, isolated, spurious and flat ones.

`Fit.narrow` holds those of the best restart, and `Fit.warnings` one sentence for each kind of them. For another
mixture call `narrow_components(Rows(X, weights), mixture, at_floor)` with distinct rows (see `CanonicalRows`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

import numpy as np

from gmm_core.arrays import BoolArray
from gmm_core.model.cost_of_narrowness import NARROW, ROWS_MORE, is_nowhere_narrow, relative_variances
from gmm_core.model.covariance.catalogue import names_where
from gmm_core.model.mixture import Mixture
from gmm_core.rows.rows import Rows

FAR = 5.0
"""A mean is far from a sound component beyond this Mahalanobis distance, in that component's standard deviations."""
ATOM = 1.5
"""Equal rows count as an atom if they weigh more than this many times the lightest row."""
MAX_ROWS = 0.5
"""Components can be called isolated only if the sound ones hold at least this share of the total weight."""
MAX_NAMED = 10
"""A sentence lists at most this many components of a kind by number."""


class NarrowKind(Enum):
    """Why a component's covariance is not a reliable estimate; the value describes it in a clause."""

    ATOM = "on equal rows"
    ISOLATED = "on a few rows far from every other component"
    SPURIOUS = "on different rows too few or too closely in line for its spread to mean much"
    FLAT = "on rows that lie exactly on a line or plane"

    @property
    def singular(self) -> str:
        """The predicate for one component: "is spurious"."""
        return "is an atom" if self is NarrowKind.ATOM else f"is {self.name.lower()}"

    @property
    def plural(self) -> str:
        """The predicate for several components: "are spurious"."""
        return "are atoms" if self is NarrowKind.ATOM else f"are {self.name.lower()}"

    @property
    def meaning(self) -> str:
        """The clause that says on which rows such a component lies."""
        return self.value

    @property
    def advice(self) -> str:
        """What the user can do about it, as the end of a sentence."""
        return _ADVICE[self]


_ADVICE = {
    NarrowKind.ATOM: "treat those rows as a group of their own, or leave them out of the mixture.",
    NarrowKind.ISOLATED: "see whether those rows are errors, and leave them out if they are.",
    NarrowKind.SPURIOUS: "use fewer components, a simpler covariance type or a higher regularisation.",
    NarrowKind.FLAT: "leave out a column that has one value there or follows from others, or choose "
    f"{names_where(lambda structure: structure.is_axis_aligned)}.",
}
"""What the user can do about a component of each kind."""


@dataclass(frozen=True)
class NarrowComponent:
    """A component whose covariance is not a reliable estimate.

    Parameters
    ----------
    kind : NarrowKind
        Atom: on equal rows. Isolated: on a few rows far from the sound components, which hold most rows. Spurious: on a
        few rows among others, or on somewhat more that are nearly in line. Flat: on many rows exactly in line.
    component : int
        Its position in the mixture.
    weight : float
        The total weight of its rows (those that it is the most likely component of), in the units given.
    distinct : int
        How many different rows these are.
    at_floor : bool
        True if one of its variances is held at the floor.
    """

    kind: NarrowKind
    component: int
    weight: float
    distinct: int
    at_floor: bool


def sentences(components: Sequence[NarrowComponent]) -> list[str]:
    """One sentence for each kind among the components: which they are, on what rows, and what to do."""
    texts = []
    for kind in NarrowKind:
        alike = [component for component in components if component.kind is kind]
        if not alike:
            continue
        one = len(alike) == 1
        names = ", ".join(str(component.component + 1) for component in alike[:MAX_NAMED])
        more = f" and {len(alike) - MAX_NAMED} more" if len(alike) > MAX_NAMED else ""
        counts = " and ".join(
            f"{weight:g}" if one else f"{len(list(of_weight))} of {weight:g}"
            for weight, of_weight in groupby(sorted(component.weight for component in alike))
        )
        rows = "row" if alike[0].weight == 1 and one else "rows"
        floor = "; held at the floor" if any(component.at_floor for component in alike) else ""
        texts.append(
            f"Component{'' if one else 's'} {names}{more} {kind.singular if one else kind.plural}, "
            f"{kind.meaning} ({counts} {rows}{floor}): {kind.advice}"
        )
    return texts


def narrow_components(
    rows: Rows, mixture: Mixture, at_floor: Sequence[bool], unit: float = 1.0
) -> tuple[NarrowComponent, ...]:
    """Find the components whose covariance is not a reliable estimate.

    That is so if a component is at the floor, or holds no more than D + 1 different rows, or is narrower than `NARROW`
    and holds fewer than 2 (D + 2) different rows, D + 2 being what pays for its narrowness (see `CostOfNarrowness`).
    A component holds the rows for which it has the largest responsibility.

    Parameters
    ----------
    rows : Rows
        The distinct rows of the fit (N, D), with their weights.
    mixture : Mixture
        The fitted mixture of K components, in the units of the rows.
    at_floor : (K,)
        True for each component that has a variance held at the floor.
    unit : float
        How many of the rows as given a weight of 1 stands for.

    Returns
    -------
    tuple of NarrowComponent
        Empty for a mixture of one component, whose faults are those of the data (`gmm_core.fitting.validation`).
    """
    if mixture.n_components == 1:
        return ()
    few, floored = rows.n_features + ROWS_MORE - 1, np.asarray(at_floor, dtype=np.bool_)
    light = mixture.weights * len(rows) < few + 1
    if not (floored.any() or light.any()) and is_nowhere_narrow(mixture):
        return ()
    narrow = relative_variances(mixture)[0][:, 0] < NARROW
    suspected = floored | narrow | light
    labels = rows.of_each(mixture.labels)
    distinct = np.array([rows.where(labels == k).n_different() for k in range(mixture.n_components)])
    small = (distinct <= few) | (narrow & (distinct < 2 * (few + 1)))
    sound = ~(floored | small)
    hold_most = rows.where(sound[labels]).total_weight >= MAX_ROWS * rows.total_weight
    components = []
    for k in np.flatnonzero(suspected & (floored | small & (distinct > 0))).tolist():
        weight = unit * rows.where(labels == k).total_weight
        if not small[k]:
            kind = NarrowKind.FLAT
        elif distinct[k] == 1 and weight > ATOM * unit * rows.least_weight:
            kind = NarrowKind.ATOM
        elif distinct[k] and hold_most and _is_far(mixture, k, sound):
            kind = NarrowKind.ISOLATED
        else:
            kind = NarrowKind.SPURIOUS
        components.append(NarrowComponent(kind, k, round(weight, 9), int(distinct[k]), bool(floored[k])))
    return tuple(components)


def _is_far(mixture: Mixture, component: int, sound: BoolArray) -> bool:
    others = np.flatnonzero(sound)
    apart = mixture.means[component] - mixture.means[others]
    own = np.einsum("kij,kj->ki", mixture.whitening[others], apart)
    return bool((np.square(own).sum(axis=1) > FAR**2).all())
