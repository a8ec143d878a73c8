"""The lower half of the sidebar: the specification of the fit."""

from __future__ import annotations

import math
from collections.abc import Callable

import streamlit as st

from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.starts.kinds import ALL_STARTS, MIXED, RAW_K_MEANS, SHORT_RUNS, SPLITS
from ui.compute.limits import LIMITS

DEFAULT = FitSpecification(n_init=4)
"""The specification with which the app starts."""
HIGHEST_SEED = 2**32 - 1
"""Largest seed that a person can choose, 2³² − 1."""
TOLERANCES = [10.0**power for power in range(-10, -1)]
"""The choices for the tolerance: an increase of the mean log-likelihood per row, in nats."""
REGULARIZATIONS = [DEFAULT.regularization, *(10.0**power for power in range(-10, 0))]
"""The choices for the regularisation, from the default, a floor that only guards the arithmetic.

They differ by more than 5e-12, since the slider takes closer values for the same.
"""

CONTROLS = {
    "k": "n_components",
    "covariance": "covariance_type",
    "n_init": "n_init",
    "init": "init",
    "seed": "seed",
    "tolerance": "tolerance",
    "max_iter": "max_iterations",
    "regularization": "regularization",
}
"""The field of the specification that each control of the sidebar sets, by the key of the control."""

_CHOSEN_MODEL = "model to adopt"
"""Key of the session state: a specification that replaces the sidebar's in the next run."""


def choose_model(on_change: Callable[[], None]) -> None:
    """Controls for K, the covariance type and the restarts, and the rest under Advanced."""
    _use_chosen_model()
    st.slider(
        "Components K",
        1,
        LIMITS.components,
        DEFAULT.n_components,
        key="k",
        bind="query-params",
        on_change=on_change,
        help="How many Gaussians the mixture is made of.",
    )
    st.segmented_control(
        "Covariance type",
        list(STRUCTURES),
        default=DEFAULT.covariance_type,
        required=True,
        key="covariance",
        bind="query-params",
        on_change=on_change,
        width="stretch",
        help=" ".join(f"**{row.name}** ({row.alias}): {row.summary}." for row in STRUCTURES.values()),
    )
    st.number_input(
        "Restarts",
        1,
        LIMITS.restarts,
        DEFAULT.n_init,
        key="n_init",
        bind="query-params",
        on_change=on_change,
        help="EM climbs to a local optimum, so it starts several times (n_init) and the best restart is shown.",
    )
    with st.expander("Advanced"):
        st.selectbox(
            "Starting points",
            [MIXED, SPLITS, *ALL_STARTS],
            key="init",
            bind="query-params",
            on_change=on_change,
            help=f"**{MIXED}**: all kinds but {RAW_K_MEANS.name} in turn, three of four {SHORT_RUNS.name}. "
            f"**{SPLITS}**: those, and from the fit of one component fewer, each of its components split in two. "
            + " ".join(f"**{kind.name}**: {kind.summary}." for kind in ALL_STARTS.values()),
        )
        st.number_input(
            "Seed",
            0,
            HIGHEST_SEED,
            DEFAULT.seed,
            key="seed",
            bind="query-params",
            on_change=on_change,
            help="All randomness of the fit comes from it: the same seed gives the same answer.",
        )
        st.select_slider(
            "Tolerance",
            TOLERANCES,
            DEFAULT.tolerance,
            format_func=_power_of_ten,
            key="tolerance",
            bind="query-params",
            on_change=on_change,
            help="EM stops once the mean log-likelihood rises by no more than this, in nats per row.",
        )
        st.number_input(
            "Most iterations",
            1,
            LIMITS.iterations,
            DEFAULT.max_iterations,
            step=100,
            key="max_iter",
            bind="query-params",
            on_change=on_change,
            help="EM stops after this many iterations even if the log-likelihood still rises.",
        )
        st.select_slider(
            "Regularisation",
            REGULARIZATIONS,
            DEFAULT.regularization,
            format_func=_power_of_ten,
            key="regularization",
            bind="query-params",
            on_change=on_change,
            help="The smallest variance a component may have in any direction, as a share of the data's own. "
            "Without it a component can shrink onto one point, where the likelihood has no bound.",
        )


def chosen_specification() -> FitSpecification:
    """What the controls say; what a link or a forged message carries is clamped."""
    state = st.session_state
    return FitSpecification(
        n_components=_within(state["k"], LIMITS.components),
        covariance_type=state["covariance"] if state["covariance"] in STRUCTURES else DEFAULT.covariance_type,
        n_init=_within(state["n_init"], LIMITS.restarts),
        init=state["init"] if state["init"] in (SPLITS, *ALL_STARTS) else MIXED,
        seed=min(max(int(state["seed"]), 0), HIGHEST_SEED),
        tolerance=state["tolerance"] if state["tolerance"] in TOLERANCES else DEFAULT.tolerance,
        max_iterations=_within(state["max_iter"], LIMITS.iterations),
        regularization=(
            state["regularization"] if state["regularization"] in REGULARIZATIONS else DEFAULT.regularization
        ),
    )


def use_model(specification: FitSpecification) -> None:
    """Set the sidebar's controls to a model that a page found; for callbacks, which run before they are drawn."""
    for control, field in CONTROLS.items():
        st.session_state[control] = getattr(specification, field)


def use_model_in_next_run(specification: FitSpecification) -> None:
    """Set them in the next run, which begins now: those of this one are drawn already."""
    st.session_state[_CHOSEN_MODEL] = specification
    st.rerun()


def _use_chosen_model() -> None:
    """Set the controls to what `use_model_in_next_run` left, before they are drawn."""
    specification: FitSpecification | None = st.session_state.pop(_CHOSEN_MODEL, None)
    if specification is not None:
        use_model(specification)


def _within(value: float, most: int) -> int:
    """A widget's bounds hold in the browser only: what arrives is clamped here."""
    return min(max(int(value), 1), most)


def _power_of_ten(value: float) -> str:
    return "0" if value == 0 else f"1e{round(math.log10(value))}"
