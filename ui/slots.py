"""Which colour a component has: a cluster keeps its own when K, the covariance type or the seed changes."""

from __future__ import annotations

import streamlit as st

from gmm_core.mixture import Mixture
from gmm_core.order import matched_components

_KEY = "slots"


def continued_slots(mixture: Mixture, earlier: Mixture, earlier_slots: tuple[int, ...]) -> tuple[int, ...]:
    """The slot of each component: that of the component it continues, else the lowest one that is free."""
    matched = matched_components(mixture, earlier)
    kept = {component: earlier_slots[position] for component, position in matched.items()}
    free = (slot for slot in range(mixture.n_components + len(earlier_slots)) if slot not in kept.values())
    return tuple(
        kept[component] if component in kept else next(free) for component in range(mixture.n_components)
    )


def component_slots(mixture: Mixture, data_digest: str) -> tuple[int, ...]:
    """The slots for this visitor's next picture of the data with that digest; starts afresh with other data."""
    earlier: tuple[str, Mixture, tuple[int, ...]] | None = st.session_state.get(_KEY)
    if earlier is None or earlier[0] != data_digest:
        slots = tuple(range(mixture.n_components))
    elif earlier[1] is mixture:
        return earlier[2]
    else:
        slots = continued_slots(mixture, earlier[1], earlier[2])
    st.session_state[_KEY] = (data_digest, mixture, slots)
    return slots
