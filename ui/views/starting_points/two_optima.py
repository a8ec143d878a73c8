"""Two optima compared: their agreement, the rows that change, and their parameters."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from gmm_core.geometry.agreement import adjusted_rand_index, counterparts, differing_rows
from gmm_core.model.mixture import Mixture
from gmm_core.studies.optima import Optimum
from ui.chart.display import show
from ui.figures.base.wording import number, percent
from ui.links.followed_link import page_control
from ui.projection.plane import PictureAxes
from ui.shell.control import Control
from ui.shell.control_kinds import Choice
from ui.shell.tables import component_table, decimal_formats
from ui.views.starting_points.pictures import optimum_picture, styles
from ui.views.starting_points.survey import SurveyInUnits


def show_comparison(surveyed: SurveyInUnits, plane: PictureAxes) -> None:
    """Show controls for the two optima, their differences in numbers, their pictures and their parameters."""
    optima = surveyed.survey.optima
    st.subheader("Compare two optima", anchor=False)
    if len(optima) < 2:
        st.caption("There is only one optimum, so there is nothing to compare.")
        return
    first, second = _choose_two(surveyed)
    names = [styles(surveyed)[position].name for position in (first, second)]
    one, other = optima[first], optima[second]
    n_components = one.mixture.n_components
    differ = differing_rows(one.labels, other.labels, n_components)
    _show_metrics(surveyed, one, other, names, int(differ.sum()))
    order = counterparts(one.labels, other.labels, n_components)
    both = (("first", first, list(range(n_components))), ("second", second, order.tolist()))
    for column, (place, position, own_order) in zip(st.columns(2), both, strict=True):
        with column:
            name = styles(surveyed)[position].name
            st.caption(f"Optimum {name}: the marked rows belong to another component in the other optimum.")
            drawing = optimum_picture(surveyed, plane, position, marked=differ, order=own_order)
            show(drawing, f"compared-{place}", height=400)
    _show_parameters(surveyed, one.mixture, other.mixture.reordered(order), names)


def _choose_two(surveyed: SurveyInUnits) -> tuple[int, int]:
    """Show the controls for the two optima, and return their positions."""
    names = [style.name for style in styles(surveyed)]
    chosen = []
    with st.container(horizontal=True):
        for position, (label, key) in enumerate((("First", "first_optimum"), ("Second", "second_optimum"))):
            name = page_control(Control(key, label, "", names[position], Choice(names)), width=120)
            chosen.append(names.index(name))
    return chosen[0], chosen[1]


def _show_metrics(
    surveyed: SurveyInUnits, one: Optimum, other: Optimum, names: list[str], differing: int
) -> None:
    n_rows = len(one.labels)
    between = f"{names[0]} − {names[1]}"
    bics = [surveyed.survey.bic(optimum) for optimum in (one, other)]
    with st.grid(4, min_column_width=150, gap="small"):
        st.metric(
            "Agreement (ARI)",
            number(adjusted_rand_index(one.labels, other.labels), 3),
            help="Adjusted Rand index of the hard labels: 1 if both make the same partition, about 0 if they agree "
            "by chance alone.",
        )
        st.metric(
            "Rows that differ",
            f"{differing:,}",
            delta=f"{percent(differing / n_rows)} of {n_rows:,}",
            delta_color="off",
            delta_arrow="off",
            help="Rows whose most likely component in the one is not the counterpart of that in the other.",
        )
        st.metric(
            "Log-likelihood",
            _signed(one.log_likelihood - other.log_likelihood),
            delta=between,
            delta_color="off",
            delta_arrow="off",
            help="In nats, the same in all units; higher fits these rows closer.",
        )
        st.metric(
            "BIC",
            "—" if bics[0] is None or bics[1] is None else _signed(bics[0] - bics[1]),
            delta=between,
            delta_color="off",
            delta_arrow="off",
            help="Lower is better. Both have the same number of parameters, so it is −2 times the difference of the "
            "log-likelihoods; it means nothing where a component is at the variance floor.",
        )


def _signed(value: float) -> str:
    """A number with its sign, + or −."""
    return f"{'+' if value > 0 else ''}{number(value, 3)}"


def _show_parameters(surveyed: SurveyInUnits, one: Mixture, other: Mixture, names: list[str]) -> None:
    # A table takes longer to draw than a picture: it is made only while the expander is open.
    expander = st.expander("Parameters of both", on_change="rerun", key="compared parameters")
    if not expander.open:
        return
    with expander:
        tables = [
            parameter_table(surveyed.mixture(mixture), surveyed.prepared.columns, name)
            for mixture, name in zip((one, other), names, strict=True)
        ]
        table = pd.concat(tables).sort_values(["component", "optimum"], kind="stable")
        st.dataframe(
            table,
            hide_index=True,
            column_config=decimal_formats(table, "%.4g"),
            alt="Weights, means and standard deviations of both optima, component by component",
            width="stretch",
        )


def parameter_table(mixture: Mixture, columns: tuple[str, ...], name: str) -> pd.DataFrame:
    """A row per component: weight, means, and standard deviations."""
    table = component_table(mixture, columns)
    for position, column in enumerate(columns):
        table[f"deviation of {column}"] = mixture.covariances[:, position, position] ** 0.5
    table.insert(1, "optimum", name)
    return table
