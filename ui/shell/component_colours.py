"""Which colour a component has: a cluster keeps its own when K, the covariance type or the seed changes."""

from __future__ import annotations

import re

import streamlit as st

from gmm_core.mixture import Mixture
from gmm_core.order import matched_components

COLOURS = "colours"
"""What a link calls the slots."""
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

    At first they are those of the link that was followed, if it tells any.
    """
    earlier: tuple[str, Mixture, tuple[int, ...]] | None = st.session_state.get(_KEY)
    if earlier is None:
        slots = slots_of(st.query_params.get(COLOURS, ""), mixture.n_components) or _usual(mixture)
    elif earlier[0] != data_digest:
        slots = _usual(mixture)
    elif earlier[1] is mixture:
        slots = earlier[2]
    else:
        slots = continued_slots(mixture, earlier[1], earlier[2])
    st.session_state[_KEY] = (data_digest, mixture, slots)
    return slots


def _usual(mixture: Mixture) -> tuple[int, ...]:
    return tuple(range(mixture.n_components))


def told_slots(data_digest: str) -> str:
    """What a link tells of the slots of the last picture of that data, "1-3-5"; empty where they are the usual ones.

    Not part of the address itself: each change of that would be another step for the browser's Back.
    """
    latest: tuple[str, Mixture, tuple[int, ...]] | None = st.session_state.get(_KEY)
    if latest is None or latest[0] != data_digest or latest[2] == _usual(latest[1]):
        return ""
    return "-".join(str(slot + 1) for slot in latest[2])


def slots_of(told: str, n_components: int) -> tuple[int, ...] | None:
    """The slots that a link tells, "1-3-5", for so many components; None where it tells none."""
    numbers = told.split("-")
    if len(numbers) != n_components or not all(_NUMBER.fullmatch(each) for each in numbers):
        return None
    slots = tuple(int(each) - 1 for each in numbers)
    return slots if len(set(slots)) == n_components else None
