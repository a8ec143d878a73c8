"""Packing: unpacks the only file of a gzip or ZIP archive, up to a limit of bytes."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from gmm_core.errors import DataError
from gmm_core.tables.files.options import MEGABYTE
from gmm_core.wording import one_line, quoted

GZIP_SIGNATURE = b"\x1f\x8b"
"""The first bytes of a gzip file."""
ZIP_SIGNATURE = b"PK\x03\x04"
"""The first bytes of a ZIP archive that is not empty."""
WORKBOOK_MEMBER = "xl/workbook.xml"
"""A ZIP archive that has this file is an Excel workbook."""
OPEN_DOCUMENT = "content.xml"
"""The file of a ZIP archive that has the sheets of an OpenDocument spreadsheet."""
OPEN_DOCUMENT_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
"""What the file “mimetype” of such an archive says."""
_OTHER_DOCUMENTS = ("word/document.xml", "ppt/presentation.xml", "content.xml", "xl/workbook.bin")
"""Files by which a ZIP archive is recognised as an office document that cannot be read."""
_ENCRYPTED = 0x1
"""The bit of a ZIP entry's flags that says that it is encrypted."""
_CHUNK = 1 << 20
"""Most bytes that are unpacked at once."""
_PIECE = 1 << 16
"""Bytes of a gzip file that are handed to the unpacker at once."""
_ENTRY = b"PK\x01\x02"
"""The signature of each entry in a ZIP archive's directory."""
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)
"""What Python raises for a damaged file of a ZIP archive, or for one packed in an unknown way (a RuntimeError)."""
MAX_PARTS = 10_000
"""Most files of a ZIP archive, or concatenated parts of a gzip file; each takes time and memory."""


@dataclass(frozen=True)
class Unpacked:
    """The unpacked content, and a sentence about the archive; None if the file was not packed."""

    content: bytes
    note: str | None = None


def unpacked(content: bytes, most_bytes: int) -> Unpacked:
    """The content of a gzip file or of a ZIP archive's only file; any other content, also a workbook, as it is.

    Raises
    ------
    DataError
        If the archive is damaged, encrypted, holds no file, several files or another archive, or unpacks to more than
        `most_bytes`; unpacking stops there.
    """
    if content.startswith(GZIP_SIGNATURE):
        result = Unpacked(_gunzipped(content, most_bytes), "The file was unpacked from gzip.")
    elif content.startswith(ZIP_SIGNATURE):
        with opened(content) as archive:
            if WORKBOOK_MEMBER in archive.namelist() or _is_open_document(archive):
                return Unpacked(content)
            member = _only_file(archive)
            note = f"The file {quoted(member.filename)} was unpacked from a ZIP archive."
            result = Unpacked(member_content(archive, member, _refusal, most_bytes), note)
    else:
        return Unpacked(content)
    if result.content.startswith((GZIP_SIGNATURE, ZIP_SIGNATURE)) and not (
        is_workbook(result.content) or is_open_document(result.content)
    ):
        raise DataError("The archive holds another archive: unpack it and choose the file inside.")
    return result


def _gunzipped(content: bytes, most_bytes: int) -> bytes:
    parts: list[bytes] = []
    total = place = n_parts = 0
    try:
        # A gzip file may consist of several, since some instruments append to it.
        while content.startswith(GZIP_SIGNATURE, place):
            n_parts += 1
            if n_parts > MAX_PARTS:
                raise _too_many_parts("gzip file", "parts")
            unpacker = zlib.decompressobj(wbits=31)
            while not unpacker.eof:
                # Small pieces, because zlib copies the unconsumed rest of a piece at each step.
                piece = unpacker.unconsumed_tail
                if not piece:
                    piece = content[place : place + _PIECE]
                    place += len(piece)
                part = unpacker.decompress(piece, _CHUNK)
                total += len(part)
                require_small(total, most_bytes)
                parts.append(part)
                if not part and not piece and not unpacker.eof:
                    raise DataError("The gzip file ends too early: it was cut off, so fetch it again.")
            place = _behind_zeros(content, place - len(unpacker.unused_data))
    except zlib.error as problem:
        raise _damaged("gzip file") from problem
    return b"".join(parts)


def _behind_zeros(content: bytes, place: int) -> int:
    """The next position whose byte is not zero: gzip files from tapes are padded with zeros."""
    while True:
        piece = content[place : place + _PIECE]
        zeros = len(piece) - len(piece.lstrip(b"\x00"))
        place += zeros
        if zeros == 0 or zeros < len(piece):
            return place


def opened(content: bytes) -> zipfile.ZipFile:
    """Open a ZIP archive; raises DataError if it is damaged or has too many files."""
    if content.count(_ENTRY) > MAX_PARTS:
        raise _too_many_parts("ZIP archive", "files")
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    # What the module raises for a hostile directory depends on the field that is wrong.
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, IndexError) as problem:
        raise _damaged("ZIP archive") from problem


def _only_file(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    if any(name in archive.namelist() for name in _OTHER_DOCUMENTS):
        raise DataError("This is an office document that holds no table to read: save its table as CSV.")
    files = [
        member
        for member in archive.infolist()
        if not member.is_dir() and not member.filename.startswith("__MACOSX/")
    ]
    if not files:
        raise DataError("The ZIP archive is empty: put one file into it.")
    if len(files) > 1:
        raise DataError(
            f"The ZIP archive holds {len(files):,} files, such as {quoted(files[0].filename)} and "
            f"{quoted(files[1].filename)}: unpack it and choose one of them."
        )
    if files[0].flag_bits & _ENCRYPTED:
        raise DataError(
            "The ZIP archive is encrypted: unpack it with its password and choose the file inside."
        )
    return files[0]


def member_content(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    refusal: Callable[[Exception], DataError],
    left: int,
    most: int | None = None,
) -> bytes:
    """The unpacked content of a file of an archive.

    Raises
    ------
    DataError
        `refusal` of the exception if it cannot be unpacked; or if it exceeds the `left` bytes of the `most` that may
        be unpacked in all.
    """
    require_small(member.file_size, left, most)
    try:
        with archive.open(member) as file:
            content = file.read(left + 1)
    except UNREADABLE as problem:
        raise refusal(problem) from problem
    require_small(len(content), left, most)
    return content


def _refusal(problem: Exception) -> DataError:
    if isinstance(problem, NotImplementedError):
        return DataError(
            f"The ZIP archive is packed in a way that cannot be read here ({one_line(problem, 60)}): unpack it "
            "and choose the file inside."
        )
    return _damaged("ZIP archive")


def is_workbook(content: bytes) -> bool:
    """True if the content is an Excel workbook: a ZIP archive that has WORKBOOK_MEMBER."""
    if not content.startswith(ZIP_SIGNATURE):
        return False
    with opened(content) as archive:
        return WORKBOOK_MEMBER in archive.namelist()


def is_open_document(content: bytes) -> bool:
    """True if the content is an OpenDocument spreadsheet."""
    if not content.startswith(ZIP_SIGNATURE):
        return False
    with opened(content) as archive:
        return _is_open_document(archive)


def _is_open_document(archive: zipfile.ZipFile) -> bool:
    names = archive.namelist()
    if OPEN_DOCUMENT not in names or "mimetype" not in names:
        return False
    try:
        with archive.open("mimetype") as file:
            return file.read(len(OPEN_DOCUMENT_TYPE)) == OPEN_DOCUMENT_TYPE.encode()
    except UNREADABLE:
        return False  # it is then told what it is by its other files


def require_small(size: int, left: int, most: int | None = None) -> None:
    """Raise DataError if `size` exceeds the `left` bytes of the `most` that may be unpacked in all."""
    if size > left:
        most = left if most is None else most
        raise DataError(
            f"The archive unpacks to more than the {most / MEGABYTE:,.3g} MB that are read at most: leave out columns "
            "or take a random sample of the rows."
        )


def _too_many_parts(what: str, parts: str) -> DataError:
    return DataError(
        f"The {what} holds more than the {MAX_PARTS:,} {parts} that are opened at most: unpack it and choose one file."
    )


def _damaged(what: str) -> DataError:
    return DataError(f"The {what} is damaged: fetch or pack it again.")
