"""A model file that the visitor opens: its control, the model or why there is none, and the model in numbers."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gmm_core.errors import ExplorerError
from gmm_core.export.model_file.model import Model
from gmm_core.wording import counted
from serving.reading.request import FileKind, Request
from ui.compute.limits import LIMITS, READ_BOUNDS, READ_LIMITS
from ui.compute.queue import NoQueueSlot
from ui.figures.base.wording import number
from ui.shell.element_identity import kept_place
from ui.shell.tables import covariance_table, show_numbers, show_profile
from ui.shell.text import markdown
from ui.uploads.reading_in_view import STOPPED, read_in_view

_UPLOADER = "model_file"
"""Key of the uploader."""
_OPENED = "opened model"
"""Key of the session state: the `OpenedModel` of the last file."""


@dataclass(eq=False)
class OpenedModel:
    """A model file and what came of reading it; both `model` and `problem` are None until it has been read.

    Parameters
    ----------
    file_id : str
        Identifies the uploaded file.
    model : Model or None
        The model, if the file has one.
    problem : str or None
        A sentence that says why there is no model.
    can_be_read_later : bool
        True if the file may be read later: the visitor stopped the reading, or the queue had no slot for it.
    """

    file_id: str
    model: Model | None = None
    problem: str | None = None
    can_be_read_later: bool = False

    def stop(self) -> None:
        """Record that the visitor stopped the reading."""
        self.problem, self.can_be_read_later = STOPPED, True


def open_model() -> Model | None:
    """Show the control for a model file, and return the model in the file chosen last; None if there is none."""
    file = st.file_uploader(
        "Model file",
        type="json",
        key=_UPLOADER,
        on_change=_forget_removed_file,
        max_upload_size=LIMITS.upload_megabytes,
        help="A model.json from this page. Nothing in it is executed, and it stays in this browser session.",
    )
    opened: OpenedModel | None = st.session_state.get(_OPENED)
    place = st.empty()
    if file is not None and (opened is None or opened.file_id != file.file_id):
        opened = OpenedModel(file.file_id)
        st.session_state[_OPENED] = opened
    if opened is None:
        return None
    if file is not None and opened.model is None and opened.problem is None:
        _read(opened, file.getvalue(), place)
    if opened.problem is not None:
        st.error(markdown(opened.problem, 600), icon=":material/error:")
    if opened.can_be_read_later:
        st.button("Read it", on_click=_read_again, key=f"read {_UPLOADER}")
    return opened.model


def show_model_in_numbers(model: Model) -> None:
    """Show where the model comes from, and its parameters in original units."""
    record = model.record
    ended = "converged" if record.converged else "did not converge"
    st.markdown(
        f"{counted(model.n_components, 'component')} with {model.specification.covariance_type} covariances in "
        f"{counted(len(model.columns), 'column')}: {', '.join(markdown(name) for name in model.columns[:12])}"
        f"{', …' if len(model.columns) > 12 else ''}. Fitted to {counted(record.rows, 'row')} of "
        f"{markdown(record.data)}; EM {ended} at a log-likelihood of {number(record.log_likelihood, 6)}"
        + ("." if record.bic is None else f", BIC {number(record.bic, 6)}.")
    )
    show_model_warnings(model)
    with st.expander("Parameters in original units", on_change="rerun", key="opened_parameters") as expander:
        if expander.open:
            show_profile(model.original, model.columns, "Weights, means and deviations of the opened model")
            show_numbers(
                covariance_table(model.original, model.columns), "Covariance matrices of the opened model"
            )


def show_model_warnings(model: Model) -> None:
    """Show the warnings of the fit of the model, on narrow components and missing criteria, a sentence each."""
    with kept_place():
        for sentence in model.warnings:
            st.caption(f":material/info: {markdown(sentence, 600)}")


def _read(opened: OpenedModel, content: bytes, place: DeltaGenerator) -> None:
    """Read the file into `opened`; if the run of the page ends before that, the next run reads it."""
    request = Request(FileKind.MODEL, content, limits=READ_LIMITS, bounds=READ_BOUNDS)
    try:
        model = read_in_view(request, place, _UPLOADER, opened.stop)
        assert isinstance(model, Model)
        opened.model = model
    except ExplorerError as error:
        opened.problem = str(error)
        place.empty()
    except NoQueueSlot as refusal:
        opened.problem, opened.can_be_read_later = str(refusal), True
        place.empty()


def _read_again() -> None:
    """Forget the outcome, so that the next run reads the file."""
    st.session_state.pop(_OPENED, None)


def _forget_removed_file() -> None:
    """Forget the model if the visitor removed its file; going to another page empties the uploader, not the model."""
    if st.session_state[_UPLOADER] is None:
        st.session_state.pop(_OPENED, None)
