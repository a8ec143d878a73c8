"""The fitted parameters as tables, in fitted or in original units."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from gmm_core.model.mixture import Mixture
from gmm_core.model.standardization import Standardization
from gmm_core.tables.preparation import PreparedData
from ui.figures.base.wording import scientific
from ui.links.followed_link import page_control
from ui.shell.control import Control
from ui.shell.control_kinds import Choice

ROWS_IN_SIGHT, ROW_HEIGHT = 7, 35  # pixels, as Streamlit draws them
"""Rows of a table that are visible without scrolling; height of a row in pixels, as Streamlit draws it."""
ORIGINAL, FITTED = "original units", "fitted units"
"""The choices for the units of a table."""


def units_control(meaning: str = "") -> Control:
    """The control for the units in which parameters are shown."""
    kind = Choice((ORIGINAL, FITTED), str.capitalize, st.segmented_control)
    return Control("units", "Units", meaning, ORIGINAL, kind)


def in_original_units(mixture: Mixture, prepared: PreparedData) -> Mixture:
    """The mixture of the columns as they stand in the data: x = z · scale + center."""
    return Standardization(prepared.center, prepared.scale).restored(mixture)


def component_table(mixture: Mixture, columns: tuple[str, ...]) -> pd.DataFrame:
    """A row for each component: its weight and its mean in each column."""
    means = pd.DataFrame(mixture.means, columns=[f"mean of {column}" for column in columns])
    table = pd.concat([pd.DataFrame({"weight": mixture.weights}), means], axis=1)
    table.insert(0, "component", np.arange(1, mixture.n_components + 1))
    return table


def component_profile(
    mixture: Mixture, columns: tuple[str, ...], counts: Sequence[int] | None = None
) -> pd.DataFrame:
    """A column for each component; a row for its weight, and for the mean and the deviation of each column.

    Parameters
    ----------
    counts : sequence of int or None
        How many rows are assigned to each component, their likeliest; another row, where they are known.
    """
    deviations = np.sqrt(np.diagonal(mixture.covariances, axis1=1, axis2=2))
    rows: list[tuple[str, Sequence[float]]] = [
        ("weight", mixture.weights.tolist()),
        *([] if counts is None else [("rows assigned", counts)]),
        *((f"mean of {name}", mixture.means[:, at].tolist()) for at, name in enumerate(columns)),
        *((f"standard deviation of {name}", deviations[:, at].tolist()) for at, name in enumerate(columns)),
    ]
    table = pd.DataFrame([values for _, values in rows], dtype=object)
    table.columns = pd.Index([f"{component + 1}" for component in range(mixture.n_components)])
    table.insert(0, "component", [name for name, _ in rows])
    return table


def profile_in_short(profile: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """The same as text, for the screen: mean ± standard deviation of each column in one row."""
    table, first, last = profile.set_index("component"), len(profile) - 2 * len(columns), -len(columns)
    deviations = table.iloc[last:].map(scientific)
    shown = table.iloc[:last].map(_short_number)
    shown.iloc[first:] += " ± " + deviations.to_numpy()
    return shown.set_axis([*shown.index[:first], *columns]).reset_index(names="component")


def covariance_table(mixture: Mixture, columns: tuple[str, ...]) -> pd.DataFrame:
    """The K covariance matrices below one another, a row for each component and column."""
    n_components, n_features = mixture.means.shape
    table = pd.DataFrame(mixture.covariances.reshape(-1, n_features), columns=list(columns))
    table.insert(0, "column", list(columns) * n_components)
    table.insert(0, "component", np.repeat(np.arange(1, n_components + 1), n_features))
    return table


def show_parameters(mixture: Mixture, prepared: PreparedData) -> None:
    """Weights, means and covariances, with a switch between the two units."""
    # Two tables take longer to draw than the picture: they are made when the expander is opened.
    expander = st.expander("Parameters: weights, means and covariances", on_change="rerun", key="parameters")
    if not expander.open:
        return
    with expander:
        units = page_control(units_control(), label_visibility="collapsed")
        shown = mixture if units == FITTED else in_original_units(mixture, prepared)
        counts = np.bincount(mixture.labels(prepared.X), minlength=mixture.n_components).tolist()
        show_profile(shown, prepared.columns, "Weights, means and deviations of the components", counts)
        st.caption(
            "Of each column the mean ± the standard deviation in the component. "
            f"The weights add up to {shown.weights.sum():.6g}."
        )
        show_numbers(covariance_table(shown, prepared.columns), "Covariance matrices of the components")
        st.caption("Covariances: a matrix for each component, variances on its diagonal.")


def show_profile(
    mixture: Mixture, columns: tuple[str, ...], alt: str, counts: Sequence[int] | None = None
) -> None:
    """What each component is like, components side by side."""
    table = profile_in_short(component_profile(mixture, columns, counts), columns)
    formats: dict[str, ColumnConfig | str | None] = {
        name: st.column_config.TextColumn(alignment="right") for name in table.columns[1:]
    }
    formats["component"] = st.column_config.TextColumn(pinned=True)
    st.dataframe(table, hide_index=True, column_config=formats, alt=alt, width="stretch")


def distinct_names(names: Sequence[str], taken: Collection[str]) -> list[str]:
    """The names of a file's columns, made different from the `taken` names, which are in the same table."""
    shown: list[str] = []
    for name in names:
        while name in taken or name in shown:
            name += " (data)"
        shown.append(name)
    return shown


def show_numbers(table: pd.DataFrame, alt: str) -> None:
    """A table of numbers on the screen, four significant digits each."""
    st.dataframe(
        table, hide_index=True, column_config=decimal_formats(table, "%,.4g"), alt=alt, width="stretch"
    )


def height_of(rows: int) -> int:
    """The height of a table that shows so many rows, or as many as are in sight at once, in pixels."""
    return ROW_HEIGHT * (1 + min(max(rows, 1), ROWS_IN_SIGHT)) + 2


def decimal_formats(table: pd.DataFrame, written: str) -> dict[str, ColumnConfig]:
    """For st.dataframe: the columns of a table that hold decimal numbers, written as in "%.4g"."""
    return {
        name: st.column_config.NumberColumn(format=written)
        for name in table.columns
        if table[name].dtype.kind == "f"
    }


def date_formats(table: pd.DataFrame) -> dict[str, ColumnConfig | str | None]:
    """Dates without a time of day are shown without one."""
    dates = table.select_dtypes("datetime")
    return {
        str(name): st.column_config.DateColumn()
        for name in dates
        if dates[name].dropna().equals(dates[name].dropna().dt.normalize())
    }


def _short_number(value: float) -> str:
    """A count in full, what was measured to four significant digits."""
    return f"{value:,}" if isinstance(value, int) else scientific(value, 4)
