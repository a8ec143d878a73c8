"""Sentences that explain the pictures of a density, with numbers of these rows."""

from __future__ import annotations

import numpy as np
import streamlit as st

from gmm_core.density.regions import HighestDensityRegions
from ui.figures.base.wording import listed, number, percent
from ui.shell.text import markdown
from ui.views.density.fitted_density import FittedDensity

QUANTITIES = {
    "log-density": "Log-density",
    "regions": "Highest-density regions",
    "uncertainty": "Uncertainty",
}
"""The label of each quantity that the picture can show."""
LEVELS = (0.5, 0.8, 0.95, 0.99)
"""Probabilities of the highest-density regions, ascending."""


def show_meaning(density: FittedDensity, what: str, n_axes: int) -> None:
    """Show, in an expander, what the picture says, with numbers of these rows.

    Parameters
    ----------
    density : FittedDensity
        The mixture and its rows.
    what : str
        The quantity that the picture shows, a key of `QUANTITIES`.
    n_axes : int
        The number of columns or directions that the picture shows.
    """
    with st.expander(f"What the picture says: {QUANTITIES[what].lower()}"):
        st.markdown(_MEANINGS[what](density))
        if len(density.prepared.columns) > n_axes:
            st.markdown(
                "The picture shows the density of these axes alone, whatever the other columns are. Rings, the list "
                "and the numbers of new points are of all columns, so a ringed row may lie where this picture is dense."
            )


def _about_log_density(density: FittedDensity) -> str:
    columns = density.prepared.columns
    unit = " × ".join(markdown(name) for name in columns[:3]) + (" × …" if len(columns) > 3 else "")
    peak, median = density.peak, float(np.median(density.of_rows.log_density))
    one = (
        "A density above one is no error: it is probability **per unit**, and only areas add up to one."
        if peak > 0
        else "In finer units it would exceed one, and that would be no error: it is probability **per unit**."
    )
    return (
        f"The density is per unit of {unit}, in the data's own units. It reaches e^{number(peak, 3)} = "
        f"{density_in_words(peak)}; the median row has a log-density of {number(median, 3)}. {one} Contours at "
        "even steps of the logarithm are ratios: one nat down is e ≈ 2.72 times less dense."
    )


def _about_regions(density: FittedDensity) -> str:
    law = density.law
    regions = HighestDensityRegions.of(law, LEVELS)
    inside = regions.shares_inside(density.of_rows.log_density)
    shares_inside = listed(
        [
            f"{percent(float(share))} in that of {level:.0%}"
            for level, share in zip(LEVELS, inside, strict=True)
        ]
    )
    how = (
        f"Their borders are quantiles of the log-density of {law.n_draws:,} points drawn from the mixture, with a "
        f"standard error of {percent(law.standard_error(0.5))} in the probability at 50%."
        if law.n_draws
        else "With one component their borders are exact, by the χ² distribution."
    )
    return (
        f"Each region is the smallest that holds its probability: every place inside is denser than any outside. Of "
        f"these rows lie {shares_inside}, over all columns; where the mixture fits, the shares agree. {how} "
        "(Hyndman, *Computing and graphing highest density regions*, 1996.)"
    )


def _about_uncertainty(density: FittedDensity) -> str:
    uncertainty, k = density.of_rows.uncertainty, density.mixture.n_components
    if k == 1:
        return "With one component every row is surely its own, so the uncertainty is 0 everywhere."
    return (
        f"One minus the largest responsibility: 0 where a place surely belongs to one component, at most "
        f"1 − 1/{k} = {number(1 - 1 / k, 3)}. {percent(float(np.mean(uncertainty > 0.2)))} of the rows lie above 0.2, "
        f"the median is {number(float(np.median(uncertainty)), 2)}. Far from all rows the mixture may be very sure and "
        "the density nearly nothing: being sure is not being likely."
    )


_MEANINGS = {"log-density": _about_log_density, "regions": _about_regions, "uncertainty": _about_uncertainty}
"""Writes the explanation of each quantity of `QUANTITIES`."""


def density_in_words(log_density: float) -> str:
    """e^log_density with three digits, as a power of ten if very small or large, even beyond the range of a float."""
    exponent = log_density / np.log(10.0)
    if -3 <= exponent < 4:
        return number(float(np.exp(log_density)), 3)
    power = int(np.floor(exponent))
    raised = str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{10 ** (exponent - power):.3g} × 10{raised}"
