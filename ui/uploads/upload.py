"""Uploaded files: the control for one, and the last file that could be read."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from gmm_core.errors import ExplorerError
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.files.options import DETECT_ALL, ReadOptions
from gmm_core.tables.files.reader import OpenedFile
from gmm_core.tables.origin import FromFile
from serving.reading.request import FileKind, Request
from ui.compute.limits import LIMITS, READ_BOUNDS, READ_LIMITS
from ui.compute.queue import NoQueueSlot
from ui.shell.text import markdown
from ui.uploads.reading_in_view import STOPPED, read_in_view

UPLOAD = "upload"
"""The name of the source of data that is a file."""
FILE_TYPES = (
    "csv",
    "tsv",
    "tab",
    "txt",
    "dat",
    "data",
    "asc",
    "prn",
    "log",
    "gz",
    "zip",
    "xlsx",
    "xlsm",
    "ods",
    "parquet",
)
"""The extensions of files that can be chosen."""
WAITING = "No file yet: choose one in the sidebar; until then the blobs are shown."
"""The sentence as long as no file was chosen."""
DELAYED = "Your file is not read yet: press “Read it” in the sidebar; until then the blobs are shown."
"""The sentence if the reading of a file is delayed."""


@dataclass(frozen=True, eq=False)
class Upload:
    """A file with the options to read it, and the result.

    Parameters
    ----------
    requested : ReadOptions
        The options that the visitor chose; None for those to be detected.
    opened : OpenedFile or None
        The data set; None if the file could not be read, and then `problem` is the reason.
    """

    file_id: str
    name: str
    content: bytes
    requested: ReadOptions
    opened: OpenedFile | None
    problem: str | None

    @property
    def dataset(self) -> Dataset | None:
        """The data set in the file; None if it could not be read."""
        return None if self.opened is None else self.opened.dataset

    @property
    def origin(self) -> FromFile:
        """The origin of the data set, with the options that read the same table again."""
        options = self.requested if self.opened is None else self.opened.used_options
        sheets = () if self.opened is None else self.opened.sheets
        return FromFile(self.name, self.content, replace(options, header=self.requested.header), sheets)


@dataclass
class _PendingFile:
    """A file to be read; `delay_reason` is a sentence if it is read only when the visitor asks again."""

    file_id: str
    name: str
    content: bytes
    requested: ReadOptions
    delay_reason: str | None = None

    def stop(self) -> None:
        """Do not read the file now."""
        self.delay_reason = STOPPED

    def go_on(self) -> None:
        """Read the file now."""
        self.delay_reason = None


@dataclass
class _RemovedFile:
    """The good file that was removed last, and whether there was a run of the page without a file since."""

    upload: Upload
    seen: bool = False


@dataclass(frozen=True)
class FileControl:
    """A control for one file of rows, which each visitor has for themselves.

    Parameters
    ----------
    to_fit : bool
        True if the rows are to be fitted, False if they are only to be labelled.
    """

    key: str
    label: str
    help: str
    to_fit: bool = True

    @property
    def latest(self) -> Upload | None:
        """The file that was chosen last."""
        upload: Upload | None = st.session_state.get(self._latest)
        return upload

    @property
    def last_good(self) -> Upload | None:
        """The last file that could be read."""
        upload: Upload | None = st.session_state.get(self._last_good)
        return upload

    @property
    def is_delayed(self) -> bool:
        """True if a file is read only when the visitor asks again."""
        pending_file: _PendingFile | None = st.session_state.get(self._pending_file)
        return pending_file is not None and pending_file.delay_reason is not None

    def choose(self) -> str | None:
        """Show the control, and return the name that it shows; if a file cannot be read, the last good one is kept."""
        file = st.file_uploader(
            self.label,
            type=FILE_TYPES,
            key=self.key,
            on_change=self._forget_removed_file,
            max_upload_size=LIMITS.upload_megabytes,
            help=self.help,
        )
        if file is None:
            self._forget_removed_for_good()
        elif file.file_id not in self._known_files():
            st.session_state[self._pending_file] = _PendingFile(
                file.file_id, file.name, file.getvalue(), DETECT_ALL
            )
        self._read_pending_file()
        return None if file is None else file.name

    def read_again(self, requested: ReadOptions) -> None:
        """Read the latest file with other options, where the control is drawn next."""
        latest = self.latest
        if latest is not None:
            st.session_state[self._pending_file] = _PendingFile(
                latest.file_id, latest.name, latest.content, requested
            )

    def forget(self) -> None:
        """Remove the file."""
        st.session_state.pop(self._latest, None)
        st.session_state.pop(self._last_good, None)
        st.session_state.pop(self._pending_file, None)

    @property
    def _pending_file(self) -> str:
        return f"wanted file of {self.key}"

    @property
    def _latest(self) -> str:
        return f"latest file of {self.key}"

    @property
    def _last_good(self) -> str:
        return f"last good file of {self.key}"

    @property
    def _removed(self) -> str:
        return f"removed file of {self.key}"

    def _known_files(self) -> set[str]:
        pending_file: _PendingFile | None = st.session_state.get(self._pending_file)
        return {each.file_id for each in (self.latest, pending_file) if each is not None}

    def _read_pending_file(self) -> None:
        """Read the pending file; if this run of the page ends before, the next run reads it."""
        place = st.empty()
        pending_file: _PendingFile | None = st.session_state.get(self._pending_file)
        if pending_file is None:
            return
        if pending_file.delay_reason is None:
            opened, problem = None, None
            request = Request(
                FileKind.TABLE,
                pending_file.content,
                name=pending_file.name,
                options=pending_file.requested,
                limits=READ_LIMITS,
                to_fit=self.to_fit,
                bounds=READ_BOUNDS,
            )
            try:
                content = read_in_view(request, place, self.key, pending_file.stop)
                assert isinstance(content, OpenedFile)
                opened = content
            except NoQueueSlot as refusal:
                pending_file.delay_reason = str(refusal)
            except ExplorerError as error:
                problem = str(error)
            if pending_file.delay_reason is None:
                del st.session_state[self._pending_file]
                self._remember(pending_file, opened, problem)
                place.empty()
        if pending_file.delay_reason is not None:
            with place.container(horizontal=True, vertical_alignment="center"):
                st.button("Read it", on_click=pending_file.go_on, key=f"read {self.key}")
                st.caption(f"{markdown(pending_file.name, 40)}: {pending_file.delay_reason}")

    def _remember(self, pending_file: _PendingFile, opened: OpenedFile | None, problem: str | None) -> None:
        upload = Upload(
            pending_file.file_id,
            pending_file.name,
            pending_file.content,
            requested=pending_file.requested,
            opened=opened,
            problem=problem,
        )
        st.session_state[self._latest] = upload
        removed: _RemovedFile | None = st.session_state.pop(self._removed, None)
        if opened is not None:
            st.session_state[self._last_good] = upload
        elif removed is not None:
            st.session_state[self._last_good] = removed.upload

    def _forget_removed_file(self) -> None:
        """Forget a file that was removed with the cross of the uploader.

        The uploader is also empty in runs that do not draw it, which does not remove the file. A replaced file is kept
        until the next run, in which the new one arrives.
        """
        if st.session_state[self.key] is None:
            good = self.last_good
            self.forget()
            if good is not None:
                st.session_state[self._removed] = _RemovedFile(good)

    def _forget_removed_for_good(self) -> None:
        removed: _RemovedFile | None = st.session_state.get(self._removed)
        if removed is not None and removed.seen:
            del st.session_state[self._removed]
        elif removed is not None:
            removed.seen = True


DATA = FileControl(
    UPLOAD,
    "File",
    "CSV, Excel or Parquet, also compressed (gzip, ZIP). A link cannot carry a file: whoever opens yours has to "
    "upload it too.",
)
"""The control for the file with the data."""


def data_is_a_file() -> bool:
    """True if the source of the data is an uploaded file."""
    return bool(st.session_state.get("data") == UPLOAD)
