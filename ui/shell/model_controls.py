"""The sidebar's lower half: what is asked of the fit."""

from __future__ import annotations

import math

import streamlit as st

from gmm_core.covariance.catalogue import STRUCTURES
from gmm_core.initialization import ALL_STARTS, MIXED, RAW_K_MEANS, SHORT_RUNS, SPLITS
from gmm_core.specification import FitSpecification
from ui.compute.limits import LIMITS
from ui.shell.adopted import take_adopted
from ui.shell.redraw import redraw_page

DEFAULT = FitSpecification(n_init=4)
HIGHEST_SEED = 2**32 - 1
TOLERANCES = [10.0**power for power in range(-10, -1)]
REGULARIZATIONS = [DEFAULT.regularization, *(10.0**power for power in range(-10, 0))]
"""From the floor that guards the arithmetic alone; the slider takes values within 5e-12 of each other for one."""


def choose_model() -> None:
    """Controls for K, the covariance type and the restarts, and the rest under Advanced."""
    take_adopted()
    st.slider(
        "Components K",
        1,
        LIMITS.components,
        DEFAULT.n_components,
        key="k",
        bind="query-params",
        on_change=redraw_page,
        help="How many Gaussians the mixture is made of.",
    )
    st.segmented_control(
        "Covariance type",
        list(STRUCTURES),
        default=DEFAULT.covariance_type,
        required=True,
        key="covariance",
        bind="query-params",
        on_change=redraw_page,
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
        on_change=redraw_page,
        help="EM climbs to a local optimum, so it starts several times (n_init) and the best restart is shown.",
    )
    with st.expander("Advanced"):
        st.selectbox(
            "Starting points",
            [MIXED, SPLITS, *ALL_STARTS],
            key="init",
            bind="query-params",
            on_change=redraw_page,
            help=f"**{MIXED}**: all kinds but {RAW_K_MEANS.name} in turn, every other one {SHORT_RUNS.name}. "
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
            on_change=redraw_page,
            help="All randomness of the fit comes from it: the same seed gives the same answer.",
        )
        st.select_slider(
            "Tolerance",
            TOLERANCES,
            DEFAULT.tolerance,
            format_func=_power_of_ten,
            key="tolerance",
            bind="query-params",
            on_change=redraw_page,
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
            on_change=redraw_page,
            help="EM stops after this many iterations even if the log-likelihood still rises.",
        )
        st.select_slider(
            "Regularisation",
            REGULARIZATIONS,
            DEFAULT.regularization,
            format_func=_power_of_ten,
            key="regularization",
            bind="query-params",
            on_change=redraw_page,
            help="The smallest variance a component may have in any direction, as a share of the data's own. "
            "Without it a component can shrink onto one point, where the likelihood has no bound.",
        )


def asked_specification() -> FitSpecification:
    """What the controls say; what a link or a forged message carries is clamped."""
    asked = st.session_state
    return FitSpecification(
        n_components=_within(asked["k"], LIMITS.components),
        covariance_type=asked["covariance"] if asked["covariance"] in STRUCTURES else DEFAULT.covariance_type,
        n_init=_within(asked["n_init"], LIMITS.restarts),
        init=asked["init"] if asked["init"] in (SPLITS, *ALL_STARTS) else MIXED,
        seed=min(max(int(asked["seed"]), 0), HIGHEST_SEED),
        tolerance=asked["tolerance"] if asked["tolerance"] in TOLERANCES else DEFAULT.tolerance,
        max_iterations=_within(asked["max_iter"], LIMITS.iterations),
        regularization=(
            asked["regularization"] if asked["regularization"] in REGULARIZATIONS else DEFAULT.regularization
        ),
    )


def _within(value: float, most: int) -> int:
    """A widget's bounds hold in the browser only: what arrives is clamped here."""
    return min(max(int(value), 1), most)


def _power_of_ten(value: float) -> str:
    return "0" if value == 0 else f"1e{round(math.log10(value))}"
