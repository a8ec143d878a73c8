"""The rows of a second file, labelled by this fit or by the model in a file."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from gmm_core.errors import DataError
from gmm_core.export.model_file.model import Model
from gmm_core.export.rows.labelled_rows import result_names
from gmm_core.export.rows.new_rows import UNEXPECTED_SHARE, NewRows, labelled_new_rows
from gmm_core.model.mixture import Mixture
from gmm_core.tables.dataset import Dataset
from gmm_core.wording import counted, were
from ui.figures.base.wording import number, percent, scientific
from ui.shell.tables import height_of
from ui.shell.text import markdown
from ui.uploads.reading_controls import reading_controls
from ui.uploads.upload import FileControl
from ui.views.export.file_cards import PREVIEW_ROWS, show_labelled_table, show_table_downloads
from ui.views.export.opened_model import open_model, show_model_in_numbers

THIS_FIT, MODEL_FILE = "This fit", "A model file"
"""The options for the model that labels the rows."""
NEW_ROWS = FileControl(
    "new_rows_file",
    "File with new rows",
    "CSV, Excel or Parquet, also compressed (gzip, ZIP). It stays in this browser session.",
    to_fit=False,
)
"""The control for the file."""
_COUNTED = "new rows in numbers"
"""Key of the session state: the `_CountedRows` of the last model and file."""


@dataclass(frozen=True, eq=False)
class _CountedRows:
    """The new rows in numbers.

    Parameters
    ----------
    mixture : Mixture
        The mixture that labelled them.
    digest : str
        The digest of their file.
    rows : NewRows
        The numbers.
    """

    mixture: Mixture
    digest: str
    rows: NewRows


def show_new_rows(fitted: Model) -> None:
    """Show the controls for the model and the file, and the labelled rows below them."""
    st.subheader("New rows", anchor=False)
    st.markdown("Label the rows of another file. Columns are matched by name.")
    left, right = st.columns(2, gap="medium")
    with left:
        model = _choose_model(fitted)
    with right:
        NEW_ROWS.choose()
        _show_reading()
    upload = NEW_ROWS.last_good
    if model is not None and upload is not None and upload.dataset is not None:
        _show_labelled(upload.dataset, model)


def _choose_model(fitted: Model) -> Model | None:
    """Show the controls for the model, and return it; None if a model file is wanted and none is open."""
    chosen = st.segmented_control(
        "Labelled by",
        [THIS_FIT, MODEL_FILE],
        default=THIS_FIT,
        required=True,
        key="labelled_by",
        help="The fit of this page, or one that was downloaded as model.json.",
    )
    if chosen != MODEL_FILE:
        return fitted
    model = open_model()
    if model is not None:
        show_model_in_numbers(model)
    return model


def _show_reading() -> None:
    """Show what was wrong with the file, the controls of its reading, and notes on it."""
    latest = NEW_ROWS.latest
    if latest is None:
        return
    if st.session_state.get(NEW_ROWS.key) is None:  # the uploader lost the file while another page was shown
        st.button(f"Remove {markdown(latest.name, 40)}", key="remove_new_rows", on_click=NEW_ROWS.forget)
    if latest.problem is not None:
        st.error(markdown(latest.problem, 600), icon=":material/error:")
    with st.expander("How the file was read", on_change="rerun", key="new_rows_reading") as expander:
        if expander.open:
            reading_controls(NEW_ROWS)
            for note in () if latest.dataset is None else latest.dataset.notes:
                st.caption(f":material/info: {markdown(note, 400)}")


def _show_labelled(dataset: Dataset, model: Model) -> None:
    """Show the new rows in numbers, the first of them and the downloads, or say why they cannot be labelled."""
    try:
        labelled_rows = _counted_rows(dataset, model)
    except DataError as refusal:
        st.error(markdown(str(refusal), 600), icon=":material/error:")
        return
    _show_metrics(labelled_rows)
    left, right = st.columns([3, 7], gap="medium")
    with left:
        _show_components(labelled_rows, model)
    with right:
        table = labelled_new_rows(dataset.table.head(PREVIEW_ROWS), model, labelled_rows.threshold)
        results = [*result_names(dataset.table, model.n_components), str(table.columns[-1])]
        show_labelled_table(table, results, f"The first {len(table):,} new rows with the model's answers")
    with st.container(horizontal=True, vertical_alignment="center"):
        show_table_downloads(
            lambda: labelled_new_rows(dataset.table, model, labelled_rows.threshold),
            "labelled_new_rows",
            "new_rows",
            units=dataset.units,
        )
        st.caption(
            f"All {counted(labelled_rows.n_rows, 'row')} of {markdown(dataset.name)} with all their columns.",
            width="stretch",
        )


def _counted_rows(dataset: Dataset, model: Model) -> NewRows:
    """The new rows in numbers; they are kept in the session until the model or the file changes."""
    known: _CountedRows | None = st.session_state.get(_COUNTED)
    if known is None or known.mixture is not model.mixture or known.digest != dataset.digest:
        with st.spinner("Labelling the rows"):
            known = _CountedRows(model.mixture, dataset.digest, NewRows.of(dataset.table, model))
        st.session_state[_COUNTED] = known
    return known.rows


def _show_metrics(labelled_rows: NewRows) -> None:
    """Show how many rows are labelled and unexpected, and a sentence if too many are unexpected."""
    unexpected, empty = labelled_rows.unexpected, labelled_rows.n_rows - labelled_rows.n_labelled
    with st.grid(4, min_column_width=120, gap="small"):
        st.metric("Rows", f"{labelled_rows.n_rows:,}")
        st.metric("Labelled", f"{labelled_rows.n_labelled:,}")
        st.metric("Without a label", f"{empty:,}", help="They lack a value in a column of the model.")
        st.metric(
            "Unexpected",
            f"{unexpected.count:,}",
            delta=f"{number(unexpected.expected, 3)} expected",
            delta_color="off",
            delta_arrow="off",
            help=f"Rows of a log-density below {number(unexpected.threshold, 3)} nats, in original units: "
            f"{percent(UNEXPECTED_SHARE)} of what the model itself draws lies there.",
        )
    if unexpected.too_many:
        st.markdown(
            f"**{counted(unexpected.count, 'row')} {were(unexpected.count)} not expected, where "
            f"{number(unexpected.expected, 3)} would be usual.** So many come with a probability of "
            f"{scientific(unexpected.probability)} if the rows follow the model: they come from elsewhere, or the "
            "model does not fit the tails. A label says which component is most likely, not that the row belongs to it."
        )


def _show_components(labelled_rows: NewRows, model: Model) -> None:
    """Show the number and the share of new rows with each label, beside the weights of the model."""
    labelled = max(labelled_rows.n_labelled, 1)
    table = pd.DataFrame(
        {
            "component": range(1, model.n_components + 1),
            "rows": labelled_rows.counts,
            "share": labelled_rows.counts / labelled,
            "weight": model.mixture.weights,
        }
    )
    share = st.column_config.NumberColumn(format="percent")
    st.dataframe(
        table,
        hide_index=True,
        height=height_of(len(table)),
        column_config={"share": share, "weight": share},
        alt="How many of the new rows have each component as their label, beside the weights of the model",
    )
