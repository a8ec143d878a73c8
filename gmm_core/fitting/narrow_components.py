"""Components whose spread says little, by name: an atom, an isolated one, a spurious one, a flat one.

Every fit has them: `Fit.narrow` is what `narrow_components` found in its best restart, one `NarrowComponent` each, and
`Fit.warnings` holds what `sentences` makes of them, one sentence for each kind. For a mixture of one's own,
`narrow_components(Rows(X, weights), mixture, at_floor)` with different rows (see `CanonicalRows`).
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
"""Standard deviations of every sound component, in its own shape, beyond which a mean is far from all of them."""
ATOM = 1.5
"""Equal rows are many where they weigh more than so many of the lightest."""
MAX_ROWS = 0.5
"""The share of all weight that sound components hold at least where a component can be isolated from them."""
MAX_NAMED = 10
"""So many components of a kind are named by their number."""


class Kind(Enum):
    """What a component is whose spread says little."""

    ATOM = "on equal rows"
    ISOLATED = "on a few rows far from every other component"
    SPURIOUS = "on different rows too few or too closely in line for its spread to mean much"
    FLAT = "on rows that lie exactly on a line or plane"

    @property
    def singular(self) -> str:
        """As one component is called."""
        return "is an atom" if self is Kind.ATOM else f"is {self.name.lower()}"

    @property
    def plural(self) -> str:
        """As several are called."""
        return "are atoms" if self is Kind.ATOM else f"are {self.name.lower()}"

    @property
    def meaning(self) -> str:
        """What it is, in a clause."""
        return self.value

    @property
    def advice(self) -> str:
        """What helps."""
        return _ADVICE[self]


_ADVICE = {
    Kind.ATOM: "treat those rows as a group of their own, or leave them out of the mixture.",
    Kind.ISOLATED: "see whether those rows are errors, and leave them out if they are.",
    Kind.SPURIOUS: "use fewer components, a simpler covariance type or a higher regularisation.",
    Kind.FLAT: "leave out a column that has one value there or follows from others, or choose "
    f"{names_where(lambda structure: structure.is_axis_aligned)}.",
}


@dataclass(frozen=True)
class NarrowComponent:
    """A component whose spread says little.

    Parameters
    ----------
    kind : Kind
        Atom: on equal rows. Isolated: on a few rows far from the sound components, which hold most rows. Spurious: on a
        few rows among others, or on somewhat more that are nearly in line. Flat: on many rows exactly in line.
    component : int
        Its position in the mixture.
    weight : float
        How many rows it holds, by their weights.
    distinct : int
        How many of them differ.
    at_floor : bool
        Whether a variance of it is held at the floor.
    """

    kind: Kind
    component: int
    weight: float
    distinct: int
    at_floor: bool


def sentences(found: Sequence[NarrowComponent]) -> list[str]:
    """What was found, and what helps: one sentence for each kind."""
    told = []
    for kind in Kind:
        alike = [component for component in found if component.kind is kind]
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
        told.append(
            f"Component{'' if one else 's'} {names}{more} {kind.singular if one else kind.plural}, "
            f"{kind.meaning} ({counts} {rows}{floor}): {kind.advice}"
        )
    return told


def narrow_components(
    rows: Rows, mixture: Mixture, at_floor: Sequence[bool], unit: float = 1.0
) -> tuple[NarrowComponent, ...]:
    """Those components of the mixture (K) whose spread says little, of different rows.

    That is so if a component is at the floor, or holds no more than D + 1 different rows, or is narrower than `NARROW`
    and holds less than twice the D + 2 rows that pay for it (see `CostOfNarrowness`). A component holds the rows
    that it is the likeliest for; a weight of 1 stands for `unit` rows. Of a single component nothing is said: whether
    all rows are few or in line is said of the data (`gmm_core.fitting.validation`).
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
    found = []
    for k in np.flatnonzero(suspected & (floored | small & (distinct > 0))).tolist():
        weight = unit * rows.where(labels == k).total_weight
        if not small[k]:
            kind = Kind.FLAT
        elif distinct[k] == 1 and weight > ATOM * unit * rows.least_weight:
            kind = Kind.ATOM
        elif distinct[k] and hold_most and _is_far(mixture, k, sound):
            kind = Kind.ISOLATED
        else:
            kind = Kind.SPURIOUS
        found.append(NarrowComponent(kind, k, round(weight, 9), int(distinct[k]), bool(floored[k])))
    return tuple(found)


def _is_far(mixture: Mixture, component: int, sound: BoolArray) -> bool:
    others = np.flatnonzero(sound)
    apart = mixture.means[component] - mixture.means[others]
    own = np.einsum("kij,kj->ki", mixture.whitening[others], apart)
    return bool((np.square(own).sum(axis=1) > FAR**2).all())
