"""The colour number of each component: a cluster keeps its colour when K, the covariance type or the seed changes."""

from __future__ import annotations

import re

import streamlit as st

from gmm_core.model.component_order import matched_components
from gmm_core.model.mixture import Mixture

COLOURS = "colours"
"""The name of the colour numbers in a link."""
_KEY = "colour numbers"
"""Key of the session state: the latest data digest, mixture and colour numbers."""
_NUMBER = re.compile("[1-9][0-9]?")
"""A colour number in a link: 1 to 99."""


def continued_colour_numbers(
    mixture: Mixture, earlier: Mixture, earlier_numbers: tuple[int, ...]
) -> tuple[int, ...]:
    """The colour number of each component: that of the component it continues, else the lowest one that is free."""
    matched = matched_components(mixture, earlier)
    continued = {component: earlier_numbers[position] for component, position in matched.items()}
    free = (
        colour_number
        for colour_number in range(mixture.n_components + len(earlier_numbers))
        if colour_number not in continued.values()
    )
    return tuple(
        continued[component] if component in continued else next(free)
        for component in range(mixture.n_components)
    )


def component_colour_numbers(mixture: Mixture, data_digest: str) -> tuple[int, ...]:
    """The colour numbers for this visitor's next picture of the data with that digest; starts afresh with other data.

    At first they are those of the link that opened the session, if it has any.
    """
    earlier: tuple[str, Mixture, tuple[int, ...]] | None = st.session_state.get(_KEY)
    if earlier is None:
        colour_numbers = parsed_colour_numbers(
            st.query_params.get(COLOURS, ""), mixture.n_components
        ) or _usual(mixture)
    elif earlier[0] != data_digest:
        colour_numbers = _usual(mixture)
    elif earlier[1] is mixture:
        colour_numbers = earlier[2]
    else:
        colour_numbers = continued_colour_numbers(mixture, earlier[1], earlier[2])
    st.session_state[_KEY] = (data_digest, mixture, colour_numbers)
    return colour_numbers


def _usual(mixture: Mixture) -> tuple[int, ...]:
    return tuple(range(mixture.n_components))


def linked_colours(data_digest: str) -> str:
    """The colour numbers of the latest picture of that data, as a link writes them ("1-3-5"); empty if usual.

    Not part of the address itself: each change of that would be another step for the browser's Back.
    """
    latest: tuple[str, Mixture, tuple[int, ...]] | None = st.session_state.get(_KEY)
    if latest is None or latest[0] != data_digest or latest[2] == _usual(latest[1]):
        return ""
    return "-".join(str(colour_number + 1) for colour_number in latest[2])


def parsed_colour_numbers(linked: str, n_components: int) -> tuple[int, ...] | None:
    """The colour numbers in a link such as "1-3-5"; None unless there is a different one for each component."""
    numbers = linked.split("-")
    if len(numbers) != n_components or not all(_NUMBER.fullmatch(each) for each in numbers):
        return None
    colour_numbers = tuple(int(each) - 1 for each in numbers)
    return colour_numbers if len(set(colour_numbers)) == n_components else None
