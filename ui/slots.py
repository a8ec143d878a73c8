"""Which colour a component has: a cluster keeps its own when K, the covariance type or the seed changes."""

from __future__ import annotations

import re

import streamlit as st

from gmm_core.mixture import Mixture
from gmm_core.order import matched_components

COLOURS = "colours"
"""What an address calls the slots."""
_KEY = "slots"
_NUMBER = re.compile("[1-9][0-9]?")


def continued_slots(mixture: Mixture, earlier: Mixture, earlier_slots: tuple[int, ...]) -> tuple[int, ...]:
    """The slot of each component: that of the component it continues, else the lowest one that is free."""
    matched = matched_components(mixture, earlier)
    kept = {component: earlier_slots[position] for component, position in matched.items()}
    free = (slot for slot in range(mixture.n_components + len(earlier_slots)) if slot not in kept.values())
    return tuple(
        kept[component] if component in kept else next(free) for component in range(mixture.n_components)
    )


def component_slots(mixture: Mixture, data_digest: str) -> tuple[int, ...]:
    """The slots for this visitor's next picture of the data with that digest; starts afresh with other data.

    The address tells slots that are not the usual ones, so that who opens it sees the same colours.
    """
    earlier: tuple[str, Mixture, tuple[int, ...]] | None = st.session_state.get(_KEY)
    usual = tuple(range(mixture.n_components))
    if earlier is None:
        slots = slots_of(st.query_params.get(COLOURS, ""), mixture.n_components) or usual
    elif earlier[0] != data_digest:
        slots = usual
    elif earlier[1] is mixture:
        slots = earlier[2]
    else:
        slots = continued_slots(mixture, earlier[1], earlier[2])
    st.session_state[_KEY] = (data_digest, mixture, slots)
    told = None if slots == usual else "-".join(str(slot + 1) for slot in slots)
    if told is not None and st.query_params.get(COLOURS) != told:
        st.query_params[COLOURS] = told
    elif told is None and COLOURS in st.query_params:
        del st.query_params[COLOURS]
    return slots


def slots_of(told: str, n_components: int) -> tuple[int, ...] | None:
    """The slots that an address tells, "1-3-5", for so many components; None where it tells none."""
    numbers = told.split("-")
    if len(numbers) != n_components or not all(_NUMBER.fullmatch(each) for each in numbers):
        return None
    slots = tuple(int(each) - 1 for each in numbers)
    return slots if len(set(slots)) == n_components else None
