"""Controls that show how an uploaded file was read, and change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from gmm_core.tables.files.delimiter import DELIMITERS, NO_DELIMITER
from gmm_core.tables.files.encoding import ENCODINGS
from gmm_core.tables.files.options import DETECT_ALL, ReadOptions
from gmm_core.tables.files.packing import GZIP_SIGNATURE, ZIP_SIGNATURE
from ui.shell.element_identity import kept_place
from ui.shell.text import visible_lines
from ui.uploads.upload import FileControl, Upload

SHOWN_LINES = 8
"""The number of lines of the file that are shown."""
SHOWN_CHARACTERS = 160
"""The largest number of characters of a shown line."""
_SHOWN_BYTES = 1 << 14
"""The largest number of bytes that are decoded for these lines."""
PACKED = (GZIP_SIGNATURE, ZIP_SIGNATURE)
"""The first bytes of files that have no lines to show."""


@dataclass(frozen=True)
class Control:
    """A control for one field of `ReadOptions`: its values, and the label of each."""

    field: str
    label: str
    values: dict[Any, str]
    help: str


CONTROLS = (
    Control(
        "delimiter",
        "Delimiter",
        {row.name: row.name.capitalize() for row in DELIMITERS} | {NO_DELIMITER.name: "None, one column"},
        "What stands between two values of a row.",
    ),
    Control(
        "decimal_comma",
        "Decimal sign",
        {False: "Point: 1.5", True: "Comma: 1,5"},
        "A column that cannot be read with it may still be read with the other; it is said where that happened.",
    ),
    Control(
        "header",
        "First row",
        {True: "Names of columns", False: "Data"},
        "Whether the first row of the table, below any lines of comment, names its columns.",
    ),
    Control("encoding", "Encoding", ENCODINGS, "As which characters the bytes of the file are read."),
)
"""The controls of a text file."""


def reading_controls(place: FileControl, shown: bool = True) -> None:
    """Show the controls for how the latest file was read, with its first lines; nothing unless `shown`."""
    with kept_place():
        upload = place.latest
        if upload is None or not shown:
            return
        with st.container(border=True):
            st.subheader("Reading", anchor=False)
            offered = _offered(upload)
            with st.grid(2, min_column_width=150, gap="small"):
                for control in offered:
                    _overrule(place, upload, control)
                _choose_missing(place, upload)
            _choose_numbers(place, upload)
            _show_detected(place, upload, offered)
            _first_lines(upload)


def described_options(options: ReadOptions) -> tuple[tuple[str, str], ...]:
    """How a file is written, as pairs of a control's label and the label of its value."""
    described = [
        (control.label, control.values.get(value, str(value)))
        for control in CONTROLS
        if (value := getattr(options, control.field)) is not None
    ]
    sheet = [] if options.sheet is None else [("Sheet", options.sheet)]
    numbers = [("Read as numbers", ", ".join(options.as_numbers))] if options.as_numbers else []
    return (*sheet, *described, *numbers)


def _detected_options(upload: Upload) -> ReadOptions:
    return upload.requested if upload.opened is None else upload.opened.used_options


def _offered(upload: Upload) -> Sequence[Control]:
    """The controls that apply to a file of this format; for an unreadable file, all those of a text file."""
    if upload.opened is None:
        return CONTROLS
    sheets = upload.opened.sheets
    controls = [
        control for control in CONTROLS if getattr(upload.opened.used_options, control.field) is not None
    ]
    if len(sheets) < 2:
        return controls
    return [
        Control("sheet", "Sheet", {name: name for name in sheets}, "Which sheet of the workbook is read."),
        *controls,
    ]


def _overrule(place: FileControl, upload: Upload, control: Control) -> None:
    """Show a control with the detected value; another choice is used instead."""
    requested, detected = (
        getattr(upload.requested, control.field),
        getattr(_detected_options(upload), control.field),
    )
    key = f"{control.field} of {upload.file_id}"
    st.session_state[key] = detected if requested is None else requested
    st.selectbox(
        control.label,
        list(control.values),
        format_func=lambda value: control.values.get(value, str(value)),
        placeholder="Not detected",
        key=key,
        help=control.help,
        on_change=_set_option,
        args=(place, upload, control.field, key),
    )


def _set_option(place: FileControl, upload: Upload, field: str, key: str) -> None:
    chosen: dict[str, Any] = {field: st.session_state[key]}
    # Columns are called otherwise with another delimiter, header or sheet.
    if field != "decimal_comma":
        chosen["as_numbers"] = ()
    place.read_again(replace(upload.requested, **chosen))


def _show_detected(place: FileControl, upload: Upload, offered: Sequence[Control]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = [
            control.label.lower()
            for control in offered
            if getattr(upload.requested, control.field) is not None
        ]
        if upload.requested.missing:
            chosen.append("what is missing")
        if chosen:
            st.caption(f"Chosen by you: {', '.join(chosen)}. The rest was detected.", width="stretch")
        else:
            st.caption("Detected from the file. Change what is wrong.", width="stretch")
        if upload.requested != DETECT_ALL:
            st.button(
                "Detect again", key=f"forget {upload.file_id}", on_click=place.read_again, args=(DETECT_ALL,)
            )


def _choose_missing(place: FileControl, upload: Upload) -> None:
    key = f"missing of {upload.file_id}"
    st.session_state[key] = ", ".join(upload.requested.missing)
    st.text_input(
        "Also missing",
        placeholder="-999, unknown",
        key=key,
        max_chars=200,
        help="What else stands for a missing value, separated by commas. Empty cells, NA, n/a, -, ? and their like "
        "always do.",
        on_change=_set_missing,
        args=(place, upload, key),
    )


def _set_missing(place: FileControl, upload: Upload, key: str) -> None:
    chosen = [text.strip() for text in st.session_state[key].split(",")]
    place.read_again(replace(upload.requested, missing=tuple(dict.fromkeys(text for text in chosen if text))))


def _choose_numbers(place: FileControl, upload: Upload) -> None:
    on_request = {} if upload.opened is None else dict(upload.opened.on_request)
    if not on_request:
        return
    key = f"as numbers of {upload.file_id}"
    st.session_state[key] = [name for name in upload.requested.as_numbers if name in on_request]
    st.multiselect(
        "Read as numbers",
        list(on_request),
        format_func=lambda name: f"{name} ({on_request[name]})",
        key=key,
        help="Dates become days since 1 January 1970. In a column that is mostly numbers, the rest becomes missing. "
        "Codes are whole numbers with zeros in front.",
        on_change=_set_numbers,
        args=(place, upload, key),
    )


def _set_numbers(place: FileControl, upload: Upload, key: str) -> None:
    place.read_again(replace(upload.requested, as_numbers=tuple(st.session_state[key])))


def _first_lines(upload: Upload) -> None:
    """Show the first lines of a text file; nothing of a packed or binary file."""
    encoding = _detected_options(upload).encoding or ("utf-8" if upload.opened is None else None)
    if encoding is None or upload.content.startswith(PACKED):
        return
    text = upload.content[:_SHOWN_BYTES].decode(encoding, errors="replace")
    st.code(visible_lines(text, SHOWN_LINES, SHOWN_CHARACTERS), language=None)
