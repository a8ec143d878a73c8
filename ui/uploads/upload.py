"""Files that the visitor uploads: their controls, and the latest that could be read."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from gmm_core.errors import ExplorerError
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.files.options import FIND_OUT, ReadOptions
from gmm_core.tables.files.reader import OpenedFile
from gmm_core.tables.origin import FromFile
from serving.reading.request import Kind, Request
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
    "parquet",
)
WAITING = "No file yet: choose one in the sidebar; until then the blobs are shown."
PUT_OFF = "Your file is not read yet: press “Read it” in the sidebar; until then the blobs are shown."


@dataclass(frozen=True, eq=False)
class Upload:
    """A file with how it is to be read, and what came of that.

    Parameters
    ----------
    requested : ReadOptions
        What the visitor chose; what is None is detected.
    opened : OpenedFile or None
        None where it could not be read, and then `problem` says why.
    """

    file_id: str
    name: str
    content: bytes
    requested: ReadOptions
    opened: OpenedFile | None
    problem: str | None

    @property
    def dataset(self) -> Dataset | None:
        """Its table, if it could be read."""
        return None if self.opened is None else self.opened.dataset

    @property
    def origin(self) -> FromFile:
        """How it is read again; a header that was found in a comment has to be found again."""
        found = self.requested if self.opened is None else self.opened.found
        sheets = () if self.opened is None else self.opened.sheets
        return FromFile(self.name, self.content, replace(found, header=self.requested.header), sheets)


@dataclass
class _Wanted:
    """A file that is to be read; `put_off` says in a sentence why it is not until the visitor asks again."""

    file_id: str
    name: str
    content: bytes
    requested: ReadOptions
    put_off: str | None = None

    def stop(self) -> None:
        """Not now."""
        self.put_off = STOPPED

    def go_on(self) -> None:
        """Now."""
        self.put_off = None


@dataclass
class _Removed:
    """The good file that was removed last, and whether a run without one has been seen since."""

    upload: Upload
    seen: bool = False


@dataclass(frozen=True)
class FileControl:
    """A place for one file of rows, and what is in it; each visitor has files of their own.

    Parameters
    ----------
    to_fit : bool
        True if the rows are to be fitted, and not only asked about.
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
    def is_put_off(self) -> bool:
        """True if a file waits until the visitor says that it is to be read."""
        wanted: _Wanted | None = st.session_state.get(self._wanted)
        return wanted is not None and wanted.put_off is not None

    def choose(self) -> str | None:
        """The control for the file; a bad one leaves the last good one where it is. The name that the control shows."""
        file = st.file_uploader(
            self.label,
            type=FILE_TYPES,
            key=self.key,
            on_change=self._forget_removed_file,
            max_upload_size=LIMITS.upload_megabytes,
            help=self.help,
        )
        if file is None:
            self._let_go_of_removed()
        elif file.file_id not in self._known_files():
            st.session_state[self._wanted] = _Wanted(file.file_id, file.name, file.getvalue(), FIND_OUT)
        self._read_wanted()
        return None if file is None else file.name

    def read_again(self, requested: ReadOptions) -> None:
        """Have the file read as it is asked for, where the control for it is drawn next."""
        latest = self.latest
        if latest is not None:
            st.session_state[self._wanted] = _Wanted(latest.file_id, latest.name, latest.content, requested)

    def forget(self) -> None:
        """Let the file go."""
        st.session_state.pop(self._latest, None)
        st.session_state.pop(self._last_good, None)
        st.session_state.pop(self._wanted, None)

    @property
    def _wanted(self) -> str:
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
        wanted: _Wanted | None = st.session_state.get(self._wanted)
        return {each.file_id for each in (self.latest, wanted) if each is not None}

    def _read_wanted(self) -> None:
        """Read what is to be read; a run of the page that ends before it leaves it to the next."""
        place = st.empty()
        wanted: _Wanted | None = st.session_state.get(self._wanted)
        if wanted is None:
            return
        if wanted.put_off is None:
            opened, problem = None, None
            request = Request(
                Kind.TABLE,
                wanted.content,
                wanted.name,
                wanted.requested,
                READ_LIMITS,
                self.to_fit,
                READ_BOUNDS,
            )
            try:
                found = read_in_view(request, place, self.key, wanted.stop)
                assert isinstance(found, OpenedFile)
                opened = found
            except NoQueueSlot as refusal:
                wanted.put_off = str(refusal)
            except ExplorerError as error:
                problem = str(error)
            if wanted.put_off is None:
                del st.session_state[self._wanted]
                self._remember(wanted, opened, problem)
                place.empty()
        if wanted.put_off is not None:
            with place.container(horizontal=True, vertical_alignment="center"):
                st.button("Read it", on_click=wanted.go_on, key=f"read {self.key}")
                st.caption(f"{markdown(wanted.name, 40)}: {wanted.put_off}")

    def _remember(self, wanted: _Wanted, opened: OpenedFile | None, problem: str | None) -> None:
        upload = Upload(wanted.file_id, wanted.name, wanted.content, wanted.requested, opened, problem)
        st.session_state[self._latest] = upload
        removed: _Removed | None = st.session_state.pop(self._removed, None)
        if opened is not None:
            st.session_state[self._last_good] = upload
        elif removed is not None:
            st.session_state[self._last_good] = removed.upload

    def _forget_removed_file(self) -> None:
        """The uploader is empty wherever it is not drawn; only its own cross means that the file shall go.

        And a new file that takes the place of one: that comes in the next run, so the old one is held until then.
        """
        if st.session_state[self.key] is None:
            good = self.last_good
            self.forget()
            if good is not None:
                st.session_state[self._removed] = _Removed(good)

    def _let_go_of_removed(self) -> None:
        removed: _Removed | None = st.session_state.get(self._removed)
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
"""The file that is the data."""


def data_is_a_file() -> bool:
    """True if the visitor has chosen to work on a file."""
    return bool(st.session_state.get("data") == UPLOAD)
