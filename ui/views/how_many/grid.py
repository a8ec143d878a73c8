"""The grid of fits as lines and as a table, the fit that a criterion chooses, and what the choice means."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from gmm_core.fitting.narrow_components import NarrowComponent, NarrowKind, sentences
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.criteria import bic_evidence
from gmm_core.studies.checks.wide_components import WideComponent
from gmm_core.studies.model_grid import CRITERIA, Cell, ranked
from gmm_core.studies.sure_rows import SURE, share_in_words
from gmm_core.tables.preparation import PreparedData
from gmm_core.wording import counted
from ui.chart.display import show
from ui.figures.base.wording import listed, number, percent, tenths
from ui.figures.mixture.criteria import GridPosition, criteria, nearest_position
from ui.figures.mixture.pairs import MAX_FEATURES
from ui.figures.mixture.raw import raw
from ui.links.followed_link import page_control
from ui.shell.analysis import Analysis
from ui.shell.control import Control
from ui.shell.control_kinds import Choice, Switch
from ui.shell.element_identity import kept_place
from ui.shell.fit_terms import CRITERION_MEANINGS
from ui.shell.model_controls import use_model, use_model_in_next_run
from ui.shell.text import markdown
from ui.views.how_many.sweep import Grid, Sweep

MAX_RUNNERS_UP = 3
"""The largest number of fits that are named after the chosen one."""
_HANDLED_ROW = "row of the grid that was taken"
"""Key of the session state: the data and the selected row of the table that were handled last."""


def choose_criterion() -> str:
    """Show the control for the criterion, and return its name."""
    meanings = " ".join(f"**{name}**: {meaning}" for name, meaning in CRITERION_MEANINGS.items())
    kind = Choice(CRITERIA, widget=st.segmented_control)
    return str(page_control(Control("criterion", "Criterion", meanings, "BIC", kind)))


def wants_to_guess() -> bool:
    """Show a switch, and return True if the answer stays hidden until the visitor has guessed."""
    meaning = "Look at the data and say how many clusters there are; then see what the criteria say."
    return bool(page_control(Control("guess_first", "Guess first", meaning, False, Switch())))


def ask_for_guess(prepared: PreparedData, most_components: int) -> int | None:
    """Ask for the number of clusters, with a picture of the data; return the answer, None before there is one."""
    options = list(range(1, most_components + 1))
    chosen = st.segmented_control(
        "How many clusters do you see?", options, key=f"guess of {prepared.digest[:12]}"
    )
    if chosen is None:
        columns = slice(0, MAX_FEATURES)
        drawing = raw(
            prepared.original[:, columns],
            prepared.columns[columns],
            row_numbers=prepared.rows + 1,
            revision=prepared.digest[:12],
        )
        show(drawing, "guess", height=520)
    return chosen if chosen in options else None


def grid_position(specification: FitSpecification) -> GridPosition:
    """The place in the picture of the cell with this specification."""
    return GridPosition(specification.covariance_type, specification.n_components)


def show_criteria(
    analysis: Analysis, prepared: PreparedData, grid: Grid, sweep: Sweep, criterion: str
) -> None:
    """Show the values of the criterion as lines; a click makes the nearest cell the model of every page."""
    values = {grid_position(cell.specification): cell.value(criterion) for cell in grid.cells}
    best = _lowest_cell(grid, criterion)
    drawing = criteria(
        values,
        sweep.covariance_types,
        criterion,
        most_components=sweep.most_components,
        best=None if best is None else grid_position(best.specification),
        current=grid_position(analysis.specification) if _current_cell(analysis, grid) else None,
        revision=prepared.digest[:12],
    )
    clicked = show(drawing, "criteria", height=460, clickable=True).clicked
    nearest_cell = None if clicked is None else nearest_position(values, clicked)
    for cell in grid.cells:
        if (
            nearest_cell is not None
            and grid_position(cell.specification) == nearest_cell
            and cell.specification != analysis.specification
        ):
            use_model_in_next_run(cell.specification)


def _lowest_cell(grid: Grid, criterion: str) -> Cell | None:
    """The cell with the lowest value of the criterion; None if no cell has a value."""
    return next(iter(ranked(grid.cells, criterion)), None)


def _current_cell(analysis: Analysis, grid: Grid) -> Cell | None:
    """The cell of the current model; None if it is not in the grid."""
    return next((cell for cell in grid.cells if cell.specification == analysis.specification), None)


def show_choice(analysis: Analysis, grid: Grid, criterion: str, guessed: int | None) -> None:
    """Show the cell that the criterion chooses, how close the next ones are, and a button that makes it the model.

    Parameters
    ----------
    analysis : Analysis
        The current model.
    grid : Grid
        The cells.
    criterion : str
        The name of the criterion.
    guessed : int or None
        The number of clusters that the visitor has guessed; None if there was no guess.
    """
    order = ranked(grid.cells, criterion)
    with st.container(border=True):
        if not order:
            st.markdown(
                f"No {criterion} yet."
                if not grid.complete
                else f"{criterion} means nothing for any fit here."
            )
            return
        best = order[0]
        if not grid.complete:
            st.markdown(lowest_so_far(best, grid, criterion))
            return
        st.markdown(choice_in_words(best, len(order), grid, criterion))
        if guessed is not None:
            verdict = "as you guessed" if guessed == best.n_components else f"your guess was {guessed}"
            st.markdown(f"{best.n_components} components: {verdict}.")
        st.markdown(runners_up(order, criterion))
        for sentence in cautions(best, grid):
            st.caption(f":material/info: {sentence}")
        is_current = best.specification == analysis.specification
        st.button(
            "The model on all pages" if is_current else f"Use {cell_name(best)} on all pages",
            key="take-best",
            type="secondary" if is_current else "primary",
            disabled=is_current,
            on_click=use_model,
            args=(best.specification,),
            help="Or click a point of the picture or a row of the table.",
        )
        current = _current_cell(analysis, grid)
        if current is not None:
            st.caption(
                f"All pages now show {cell_name(current)}: {criterion} {tenths(current.value(criterion))}."
            )


def lowest_so_far(best: Cell, grid: Grid, criterion: str) -> str:
    """A sentence on the lowest value among the fits done so far; it is no choice before all are done."""
    return (
        f"{len(grid.cells)} of {len(grid.specifications)} fits are done. Among these {criterion} is lowest for "
        f"{cell_name(best)}, {tenths(best.value(criterion))}; its choice is shown once all are done."
    )


def choice_in_words(best: Cell, n_judged: int, grid: Grid, criterion: str) -> str:
    """A sentence on the cell that the criterion chooses, and on how many cells have a value if not all of them do."""
    value = tenths(best.value(criterion))
    if n_judged == len(grid.cells):
        return f"**{criterion} chooses {cell_name(best)}**: {value}."
    if n_judged == 1:
        return f"**{criterion} can judge {cell_name(best)} alone**, {value}, so it chooses nothing."
    return f"**Of the {n_judged} fits that it can judge, {criterion} chooses {cell_name(best)}**: {value}."


def runners_up(order: list[Cell], criterion: str) -> str:
    """A sentence on the next cells and how far above the lowest they are; for BIC also on the evidence."""
    lowest = order[0].value(criterion) or 0.0
    gaps = [((cell.value(criterion) or 0.0) - lowest, cell) for cell in order[1 : 1 + MAX_RUNNERS_UP]]
    if not gaps:
        return "There is no other to compare it with."
    gaps_in_words = listed([f"{cell_name(cell)} ({number(gap, 2)} above)" for gap, cell in gaps])
    evidence = f" The gap to the first of them is {bic_evidence(gaps[0][0])}." if criterion == "BIC" else ""
    return f"Next come {gaps_in_words}.{evidence}"


def cautions(best: Cell, grid: Grid) -> list[str]:
    """Sentences on what makes the choice less certain."""
    most = max(specification.n_components for specification in grid.specifications)
    refused = [cell for cell in grid.cells if cell.value("BIC") is None]
    texts = []
    if best.n_components == most > 1:
        texts.append("The lowest is at the largest K that was tried: try more.")
    if not best.converged:
        texts.append("Its EM had not converged: allow more iterations.")
    texts += [f"{cell_name(best)}: {sentence}" for sentence in sentences(best.narrow)]
    # For these two, `show_meaning` says it.
    if best not in (_lowest_cell(grid, "BIC"), _lowest_cell(grid, "ICL")):
        texts += [_outlier_sentence(best, each).capitalize() for each in best.wide]
    if refused:
        reason = refused[0].refusal or (refused[0].criteria.refusal if refused[0].criteria else None) or ""
        texts.append(
            f"{len(refused)} of {len(grid.cells)} fits have no criterion, the first of them {cell_name(refused[0])}: "
            f"{markdown(' '.join([reason, *sentences(refused[0].narrow)]), 800)}"
        )
    return texts


def show_meaning(grid: Grid) -> None:
    """Show whether BIC and ICL agree and what that means, and how the criteria work."""
    with kept_place():
        bic, icl = (_lowest_cell(grid, name) for name in ("BIC", "ICL"))
        if grid.complete and bic is not None and icl is not None:
            judged = ranked(grid.cells, "BIC")
            most = max(cell.n_components for cell in judged)
            st.markdown(agreement_of_bic_and_icl(bic, icl, most, len(grid.cells) - len(judged)))
    with st.expander("How the criteria work"):
        st.markdown(
            "A freer model always fits these rows closer: log L never falls with K. Each criterion therefore adds a "
            "price. **BIC** = −2 log L + p log N, **AIC** = −2 log L + 2 p, with p the free parameters; **ICL** = BIC "
            "− 2 Σ log max r, so that it also charges for rows that no component has to itself. **Lower is better "
            "here**; R's mclust shows the negative of BIC and ICL, where higher is better. AIC aims at prediction and "
            "tends to take too many components; BIC finds the right number of Gaussians when there is one and rows "
            "are many. A difference in BIC below 2 is not worth more than a bare mention, 2 to 6 is positive, 6 to 10 "
            "strong, above 10 very strong evidence (Kass and Raftery, 1995)."
        )


def agreement_of_bic_and_icl(bic: Cell, icl: Cell, most_components: int, n_refused: int = 0) -> str:
    """A sentence on whether BIC and ICL choose the same cell, and on what it means if not.

    Parameters
    ----------
    bic, icl : Cell
        The cells that BIC and ICL choose.
    most_components : int
        The largest K of the cells that have a value of BIC.
    n_refused : int
        The number of cells without one.
    """
    if bic.n_components == icl.n_components == 1:
        if most_components == 1:
            return f"Only {cell_name(bic)} can be judged: the number of clusters cannot be judged without larger K."
        if n_refused:
            return (
                f"**BIC and ICL agree** on {cell_name(bic)}, but for {counted(n_refused, 'fit')} they mean nothing, so "
                "this is no sign that there are no groups. See the remarks on those."
            )
        return (
            f"**BIC and ICL agree** on {cell_name(bic)}: no larger K that was tried is worth its parameters, so "
            "there is no sign of several groups. That is not a finding of one cluster: with K = 1 every row belongs "
            "to the only component."
        )
    if bic.specification == icl.specification and bic.narrow:
        return (
            f"**BIC and ICL agree** on {cell_name(bic)}, but its components cannot all be read as clusters: of "
            f"{counted(len(bic.narrow), 'component')} the spread says little.{outlier_sentences(bic, 'And')}"
        )
    if bic.specification == icl.specification:
        return (
            f"**BIC and ICL agree** on {cell_name(bic)}: {share_in_words(bic.sure)} of the rows belong to "
            f"one component with more than {percent(SURE)}, so its components can be read as clusters."
            f"{outlier_sentences(bic, 'But')}"
        )
    outliers = "".join(outlier_sentences(cell, f"With {cell_name(cell)},") for cell in (bic, icl))
    if bic.n_components == icl.n_components:
        return (
            f"**BIC and ICL agree on K = {bic.n_components}**, but not on the covariance type: BIC takes "
            f"{bic.structure.name}, ICL {icl.structure.name}.{outliers}"
        )
    return (
        f"**BIC says {cell_name(bic)}, ICL says {cell_name(icl)}.** BIC asks how many Gaussians describe the density, "
        f"ICL also that each row belongs to one of them. With {cell_name(bic)}, {_unsure_in_words(bic)}; with "
        f"{cell_name(icl)}, {_unsure_in_words(icl)}. Components are not always clusters: one cluster that is not "
        f"Gaussian takes several.{outliers}"
    )


def _unsure_in_words(cell: Cell) -> str:
    """The words on the share of rows whose largest responsibility is no more than `SURE`."""
    if cell.n_components == 1:
        return "there is no other component to belong to"
    return f"{share_in_words(1 - cell.sure)} of the rows are less than {percent(SURE)} sure"


def outlier_sentences(cell: Cell, opening: str) -> str:
    """A sentence with this opening for each component of the cell that may gather outliers; empty if none does."""
    return "".join(f" {opening} {_outlier_sentence(cell, each)}" for each in cell.wide)


def _outlier_sentence(cell: Cell, component: WideComponent) -> str:
    """A sentence, in lower case, on a component that may gather outliers."""
    assert cell.criteria is not None
    rows = counted(round(cell.criteria.rows * component.weight), "row")
    return (
        f"component {component.position + 1}, of {rows}, is spread {number(component.factor, 2)} times as widely as "
        "the others: it may gather outliers rather than be a group."
    )


def cell_name(cell: Cell) -> str:
    """The name of a cell in sentences."""
    return f"K = {cell.n_components}, {cell.structure.name}"


def grid_table(grid: Grid) -> pd.DataFrame:
    """A row for each cell: its criteria, its numbers and a remark."""
    return pd.DataFrame(
        [
            {
                "K": cell.n_components,
                "covariance type": cell.structure.name,
                **{name: cell.value(name) for name in CRITERIA},
                "log-likelihood": None if cell.criteria is None else cell.criteria.log_likelihood,
                "parameters": None if cell.criteria is None else cell.criteria.parameter_count,
                f"clear rows (p > {percent(SURE)})": None
                if cell.criteria is None
                else _percentage(cell.sure),
                "remark": remark(cell),
            }
            for cell in grid.cells
        ]
    )


def _percentage(share: float) -> float:
    """The share in percent; at most 99.99 unless it is 1, so that 100.00 always means all."""
    return 100.0 if share == 1 else min(100 * share, 99.99)


def remark(cell: Cell) -> str:
    """What is wrong with a cell, in a few words; empty if nothing is."""
    if cell.criteria is None:
        return cell.refusal
    narrow = "; ".join(_narrow_in_words(kind, cell) for kind in NarrowKind if _narrow_of_kind(kind, cell))
    if narrow:
        return f"{narrow}: no criteria" if cell.criteria.refusal else narrow
    if cell.at_floor:
        return f"{cell.at_floor} at the variance floor: no criteria"
    if cell.criteria.refusal:
        return "more parameters than rows: no criteria"
    if not cell.converged:
        return "not converged"
    numbers = [str(each.position + 1) for each in cell.wide]
    return f"may gather outliers: component {listed(numbers)}" if numbers else ""


def _narrow_of_kind(kind: NarrowKind, cell: Cell) -> list[NarrowComponent]:
    """The narrow components of the cell that are of this kind."""
    return [each for each in cell.narrow if each.kind is kind]


def _narrow_in_words(kind: NarrowKind, cell: Cell) -> str:
    """The narrow components of this kind, and the number of their rows: “component 2 is an atom (40 rows)”."""
    alike = _narrow_of_kind(kind, cell)
    rows = counted(round(sum(each.weight for each in alike)), "row")
    if len(alike) == 1:
        return f"component {alike[0].component + 1} {kind.singular} ({rows})"
    return f"{len(alike)} components {kind.plural} ({rows})"


def show_table(analysis: Analysis, prepared: PreparedData, grid: Grid) -> None:
    """Show the grid as a table; selecting a row makes its cell the model of every page."""
    numbers = grid_table(grid)
    formats: dict[str, ColumnConfig | str | None] = {
        name: st.column_config.NumberColumn(format="%.1f") for name in (*CRITERIA, "log-likelihood")
    }
    formats[f"clear rows (p > {percent(SURE)})"] = st.column_config.NumberColumn(format="%.2f %%")
    event = st.dataframe(
        numbers,
        hide_index=True,
        column_config=formats,
        key="grid",
        on_select="rerun",
        selection_mode="single-row",
        alt="Every fit of the grid with its criteria",
        width="stretch",
        height=min(36 * len(numbers) + 38, 420),
    )
    rows = event["selection"]["rows"]
    handled = (prepared.digest, tuple(rows))
    if rows and rows[0] < len(grid.cells) and st.session_state.get(_HANDLED_ROW) != handled:
        st.session_state[_HANDLED_ROW] = handled
        if grid.cells[rows[0]].specification != analysis.specification:
            use_model_in_next_run(grid.cells[rows[0]].specification)
    if not rows:
        st.session_state[_HANDLED_ROW] = handled
