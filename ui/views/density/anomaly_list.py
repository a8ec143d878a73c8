"""The least likely rows: the rule for the threshold, their number, the conclusion, and their list with its download."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from gmm_core.density.anomalies import RULES, TOO_MANY, Anomalies, FarRows
from gmm_core.density.log_density_law import LogDensityLaw
from gmm_core.density.predictions import nearest_components
from gmm_core.fitting.fit import Fit
from gmm_core.fitting.narrow_components import sentences
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.files.spreadsheet_safety import csv
from gmm_core.tables.parameter import Parameter
from ui.figures.base.wording import counted_in_digits, number, percent, scientific
from ui.links.followed_link import page_control
from ui.shell.control import Control
from ui.shell.control_kinds import Choice
from ui.shell.controls import number as number_control
from ui.shell.element_identity import kept_place
from ui.shell.tables import distinct_names, height_of
from ui.shell.text import markdown
from ui.views.density.fitted_density import FittedDensity

MAX_SHOWN = 500
"""The largest number of rows in the list on the screen."""
PERCENT = Parameter(
    name="share", label="Percent", default=1.0, minimum=0.01, maximum=20.0, step=0.1, whole=False, help=""
)
"""The share of the rows, in percent."""
LOG_DENSITY, DISTANCE, NEAREST = "log-density", "Mahalanobis distance", "nearest component"
"""Names of columns of the list."""


def choose_anomalies(density: FittedDensity) -> Anomalies:
    """Show the controls for the rule and the share, and return the rows below the resulting threshold."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        rule = page_control(
            Control(
                "threshold_by",
                "Threshold by",
                " ".join(f"**{row.label}**: {row.summary}." for row in RULES.values()),
                "false alarms",
                Choice(RULES, lambda name: RULES[name].label, st.segmented_control),
            )
        )
        percentage = page_control(number_control("threshold_percent", PERCENT), format="%.4g", width=130)
    return Anomalies.of(density.of_rows.log_density, density.law, rule, percentage / 100)


def show_anomaly_metrics(anomalies: Anomalies, law: LogDensityLaw) -> None:
    """Show the threshold, the number of rows below it, and the number that was expected."""
    with st.grid(3, min_column_width=96, gap="small"):
        st.metric(
            "Threshold",
            number(anomalies.threshold, 3),
            help="Rows of a smaller log-density are listed; in nats, in the data's own units. "
            f"{_precision_sentence(anomalies, law)}",
        )
        st.metric("Rows below", f"{anomalies.count:,}", help=f"Of {anomalies.n_rows:,} rows.")
        st.metric(
            "Expected below",
            number(anomalies.expected, 3),
            help="On average, of as many rows drawn from the mixture itself.",
        )


def _precision_sentence(anomalies: Anomalies, law: LogDensityLaw) -> str:
    """A sentence on how precisely the share of the mixture below the threshold is known."""
    if not law.n_draws:
        return "What share of the mixture lies below is exact, by the χ² distribution."
    error = law.standard_error(anomalies.expected_share)
    return (
        f"{percent(anomalies.expected_share)} of the mixture lies below, known from {law.n_draws:,} draws with a "
        f"standard error of {percent(error)}."
    )


def verdict(anomalies: Anomalies, far: FarRows) -> str:
    """The conclusion in sentences: whether the rows below the threshold are too many for chance or lie too far out."""
    drawn = f"{anomalies.n_rows:,} rows drawn from this mixture"
    if anomalies.count == 0:
        return f"No row below the threshold; {number(anomalies.expected, 3)} expected by chance."
    rows = counted_in_digits(anomalies.count, "row")
    counts = f"{rows} below the threshold; {number(anomalies.expected, 3)} expected by chance."
    if not anomalies.too_many and not far.count:
        return f"{counts} That is no more than chance explains: being listed does not make a row wrong."
    reasons = []
    if anomalies.too_many:
        probability = scientific(anomalies.probability)
        reasons.append(
            f"**{counts}** So many come with a probability of {probability}: the mixture does not fit the tails."
        )
    else:
        reasons.append(f"{counts} So many are no more than chance explains, but not how far out they lie.")
    if far.count:
        reasons.append(
            f"**{_far_rows_in_words(far.count, anomalies.count)} more than {number(far.limit, 3)} standard deviations "
            f"from every component**, the farthest {number(far.farthest, 3)}: among {drawn}, one so far out comes with "
            f"a probability of {percent(TOO_MANY)} at most."
        )
    odd = anomalies.count if anomalies.too_many else far.count
    are = "This row is an outlier" if odd == 1 else "These rows are outliers"
    return f"{' '.join(reasons)} {are}, or the clusters have heavier tails than Gaussians."


def _far_rows_in_words(far: int, listed: int) -> str:
    """The start of a sentence about `far` of the `listed` rows: “3 of them lie”."""
    if listed == 1:
        return "It lies"
    return "One of them lies" if far == 1 else f"{far:,} of them lie"


def anomaly_table(density: FittedDensity, anomalies: Anomalies, dataset: Dataset) -> pd.DataFrame:
    """The rows below the threshold, the least likely first, with all their columns as they were read."""
    positions, rows = anomalies.positions, density.of_rows
    distances, nearest = nearest_components(density.mixture, density.prepared.X[positions])
    where = density.prepared.rows[positions]
    table = pd.DataFrame(
        {
            "row": where + 1,
            LOG_DENSITY: rows.log_density[positions],
            DISTANCE: distances,
            NEAREST: nearest + 1,
            "uncertainty": rows.uncertainty[positions],
        }
    )
    columns = dataset.table.iloc[where].reset_index(drop=True)
    columns.columns = pd.Index(distinct_names([str(name) for name in columns.columns], set(table.columns)))
    return pd.concat([table, columns], axis=1)


def show_anomaly_list(density: FittedDensity, anomalies: Anomalies, dataset: Dataset) -> None:
    """Show the conclusion, the table of at most `MAX_SHOWN` rows, and a button that downloads all of them."""
    st.markdown(verdict(anomalies, FarRows.of(anomalies, density.mixture, density.prepared.X)))
    table = anomaly_table(
        density,
        Anomalies(anomalies.threshold, anomalies.positions[:MAX_SHOWN], anomalies.n_rows, 0.0),
        dataset,
    )
    st.dataframe(
        table,
        hide_index=True,
        column_config=_formats(table),
        alt=f"The {len(table):,} least likely rows, the least likely first",
        height=height_of(len(table)),
    )
    more = (
        f"The first {MAX_SHOWN:,} of {anomalies.count:,} rows are shown. "
        if anomalies.count > MAX_SHOWN
        else ""
    )
    st.download_button(
        "Download the list (CSV)",
        lambda: csv(anomaly_table(density, anomalies, dataset)),
        "least_likely_rows.csv",
        "text/csv",
        key="download_anomalies",
        on_click="ignore",
        disabled=not anomalies.count,
    )
    st.caption(
        f"{more}The Mahalanobis distance counts standard deviations of the nearest component. In the file, text that a "
        "spreadsheet would run as a formula begins with an apostrophe; numbers are as they are."
    )


def show_narrow_remarks(fit: Fit) -> None:
    """Say that rows with a narrow component of their own are never listed, and which components those are."""
    with kept_place():
        if fit.narrow:
            st.caption(
                ":material/info: Rows with a narrow component of their own have the highest densities, however unusual "
                f"they are, and are not in this list. {markdown(' '.join(sentences(fit.narrow)), 1_000)}"
            )


def _formats(table: pd.DataFrame) -> dict[str, Any]:
    """The formats of the columns; those of the data keep the default."""
    own = {
        LOG_DENSITY: st.column_config.NumberColumn(format="%.4g"),
        DISTANCE: st.column_config.NumberColumn(
            "distance", format="%.3g", help="Mahalanobis, to the nearest component"
        ),
        NEAREST: st.column_config.NumberColumn("nearest"),
        "uncertainty": st.column_config.NumberColumn(format="%.3g"),
    }
    return {**own, "row": st.column_config.NumberColumn(format="%d")}
