"""Controls for the columns on the axes of a picture, which are always different."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ui.links.followed_link import page_control
from ui.shell.analysis import current_analysis
from ui.shell.control import Control
from ui.shell.control_kinds import Choice
from ui.shell.element_identity import resend_stale_values

AXES = ("x axis", "y axis", "z axis")
"""The labels of the controls."""


def choose_axes(columns: Sequence[str], picks: int, key: str = "axis", width: int = 150) -> tuple[int, ...]:
    """The positions of different columns, one for each axis; choosing the column of another axis swaps the two.

    Parameters
    ----------
    key : str
        The name of the choice in a link (“axis_1_of_4”); pages with the same key share it.
    """
    n_features = len(columns)
    if not 0 < picks < n_features:
        return tuple(range(min(picks, n_features)))
    keys = [f"{key}_{axis + 1}_of_{n_features}" for axis in range(picks)]
    resend_stale_values(f"{key} choice", tuple(columns), keys)
    _separate_axes(keys, n_features)
    chosen: list[int] = []
    shown: list[int] = []
    with st.container(horizontal=True):
        for axis, name in enumerate(keys):
            kind, private = Choice(range(n_features), columns.__getitem__), current_analysis().private
            value = page_control(
                Control(name, AXES[axis], "", axis, kind, private=private),
                persist_state="session",
                width=width,
                on_change=_swap,
                args=(keys, axis),
            )
            shown.append(value)
            chosen.append(_free(value, chosen, n_features))
    if (
        shown != chosen
    ):  # as a link may say that names one axis alone; known now, it is parted before it is drawn
        st.rerun()
    st.session_state[_chosen(keys)] = chosen
    return tuple(chosen)


def _separate_axes(keys: Sequence[str], n_features: int) -> None:
    """Give axes with the same column different ones: the later axis gets the first free column."""
    chosen: list[int] = []
    for axis, key in enumerate(keys):
        wanted = st.session_state.get(key, axis)
        chosen.append(_free(wanted, chosen, n_features))
        if chosen[-1] != wanted:
            st.session_state[key] = chosen[-1]


def _swap(keys: Sequence[str], axis: int) -> None:
    """Give the previous column of this axis to the axis that had the column now chosen."""
    shown: list[int] = st.session_state.get(_chosen(keys), [])
    value = st.session_state[keys[axis]]
    if len(shown) == len(keys) and value in shown and shown.index(value) != axis:
        st.session_state[keys[shown.index(value)]] = shown[axis]


def _free(wanted: object, chosen: Sequence[int], n_features: int) -> int:
    free = [position for position in range(n_features) if position not in chosen]
    return next((position for position in free if position == wanted), free[0])


def _chosen(keys: Sequence[str]) -> str:
    return f"chosen {keys[-1]}"
