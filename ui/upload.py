"""The visitor's own file: where it is chosen, how it was read, and the data it last gave."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from gmm_core.data.dataset import Dataset
from gmm_core.data.options import FIND_OUT, ReadOptions
from gmm_core.data.reader import OpenedFile, read_file
from gmm_core.errors import ExplorerError
from ui.limits import LIMITS, READ_LIMITS

UPLOAD = "upload"
"""The name of the source of data that is a file."""
FILE_TYPES = ("csv", "tsv", "txt", "dat", "gz", "zip", "xlsx", "xlsm", "parquet")
WAITING = "No file yet: choose one in the sidebar; until then the blobs are shown."
_UPLOADER = "upload"
_LATEST = "uploaded file"
_LAST_GOOD = "uploaded dataset"


@dataclass(frozen=True, eq=False)
class Upload:
    """A file with how it is to be read, and what came of that.

    asked: what the visitor said of it; what is None is found out.
    opened: None where it could not be read, and then `problem` says why.
    """

    file_id: str
    name: str
    content: bytes
    asked: ReadOptions
    opened: OpenedFile | None
    problem: str | None


@dataclass(frozen=True, eq=False)
class UploadedData:
    """The data of the last file that could be read, and what is wrong with the latest, each None if there is none."""

    dataset: Dataset | None
    problem: str | None


def choose_file() -> UploadedData:
    """The control for a file; a bad one leaves the data that was there, with a sentence."""
    file = st.file_uploader(
        "File",
        type=FILE_TYPES,
        key=_UPLOADER,
        on_change=_forget_removed_file,
        max_upload_size=LIMITS.upload_megabytes,
        help="CSV of any make, Excel or Parquet, packed or not. A link cannot carry a file: whoever opens yours has to "
        "upload it too.",
    )
    latest: Upload | None = st.session_state.get(_LATEST)
    if file is not None and (latest is None or latest.file_id != file.file_id):
        latest = _remembered(file.file_id, file.name, file.getvalue(), FIND_OUT)
    problem = WAITING if latest is None else latest.problem
    return UploadedData(st.session_state.get(_LAST_GOOD), problem)


def shown_upload() -> Upload | None:
    """The file that the visitor chose last, where the data comes from files."""
    return st.session_state.get(_LATEST) if st.session_state.get("data") == UPLOAD else None


def read_again(asked: ReadOptions) -> None:
    """Read the visitor's file as it is asked for."""
    latest: Upload | None = st.session_state.get(_LATEST)
    if latest is not None:
        _remembered(latest.file_id, latest.name, latest.content, asked)


def _remembered(file_id: str, name: str, content: bytes, asked: ReadOptions) -> Upload:
    opened, problem = None, None
    try:
        opened = read_file(content, name, asked, READ_LIMITS)
        st.session_state[_LAST_GOOD] = opened.dataset
    except ExplorerError as error:
        problem = str(error)
    upload = Upload(file_id, name, content, asked, opened, problem)
    st.session_state[_LATEST] = upload
    return upload


def _forget_removed_file() -> None:
    """The uploader is empty on every other source too; only its own cross means that the data shall go."""
    if st.session_state[_UPLOADER] is None:
        st.session_state.pop(_LATEST, None)
        st.session_state.pop(_LAST_GOOD, None)
