"""Encoding: detects the encoding of a text file, and refuses known binary formats."""

from __future__ import annotations

from dataclasses import dataclass

from gmm_core.errors import DataError
from gmm_core.tables.files.east import PYTHON_NAMES, eastern_encoding
from gmm_core.tables.files.note import Note, OptionChange
from gmm_core.wording import quoted

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The first bytes of an old Office document, in which an encrypted workbook is packed too."""
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (OLE, "an old Office document such as an Excel workbook"),
    (b"BZh91AY&SY", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"ARROW1\x00\x00", "a Feather file"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"{\\rtf", "a rich text document"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML file"),
    (b'{"', "a JSON file"),
    (b"[{", "a JSON file"),
    (b"[[", "a JSON file"),
)
"""(first bytes, name in a sentence) of files that are not text."""

BYTE_ORDER_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
"""(byte order mark, encoding); UTF-32 is before UTF-16, whose mark is the beginning of UTF-32's."""

ENCODINGS: dict[str, str] = {
    "utf-8": "UTF-8",
    "cp1252": "Windows-1252, Western Europe",
    "latin-1": "Latin-1, Western Europe",
    "utf-16-le": "UTF-16, little end first",
    "utf-16-be": "UTF-16, big end first",
    "utf-32-le": "UTF-32, little end first",
    "utf-32-be": "UTF-32, big end first",
    "cp1250": "Windows-1250, Central Europe",
    "cp1251": "Windows-1251, Cyrillic",
    "cp1253": "Windows-1253, Greek",
    "cp1254": "Windows-1254, Turkish",
    "cp437": "Code page 437, DOS",
    "mac-roman": "Mac Roman",
    "shift_jis": "Shift JIS, Japanese",
    "euc_jp": "EUC-JP, Japanese",
    "gb18030": "GB 18030, Chinese",
    "koi8-r": "KOI8-R, Russian",
}
"""The encodings that a person can choose: Python's name of each, and its name on screen."""

ELSEWHERE = "another encoding can be chosen where the reading of the file is shown, on Data"
"""Where to go if it is wrong; the end of a sentence."""
CONTROL_CHARACTERS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))
"""Bytes that hardly occur in text; in random data, every tenth byte is one of them."""
BYTES_PER_CONTROL_CHARACTER = 1000
"""A file with more than one control character in this number of bytes is not text."""
SAVE_AS_CSV = "open it in the program it comes from and save it as CSV"
"""What to do with a file that is not text; the end of a sentence."""


@dataclass(frozen=True)
class EncodedText:
    """Text as bytes, with its encoding.

    Parameters
    ----------
    content : bytes
        The text, without a byte order mark unless it is UTF-8.
    encoding : str
        Of `content`; an extension of ASCII.
    written : str
        The encoding of the file, a key of ENCODINGS.
    note : str or None
        One sentence if the encoding is unusual or uncertain.
    """

    content: bytes
    encoding: str
    written: str
    note: str | Note | None = None


def recognised_text(content: bytes, encoding: str | None = None) -> EncodedText:
    """Decode a file: by the encoding given, else its byte order mark, else UTF-8, else as `eastern_encoding` finds.

    Any other text is taken for Windows-1252, or for Latin-1 if it has bytes that are no characters there. A file with
    zero bytes and no mark is taken for UTF-16.

    Raises
    ------
    DataError
        If the content is a known binary format, is not text, or is not in the encoding given.
    """
    _refuse_known_formats(content)
    if encoding is not None:
        return _without_controls(_as_requested(content, encoding))
    for mark, marked in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _without_controls(_transcoded(content.removeprefix(mark), marked))
    if b"\x00" in content:
        return _without_controls(_transcoded(content, _wide_encoding(content)))
    return _without_controls(_narrow_text(content.rstrip(b"\x1a")))


def _refuse_known_formats(content: bytes) -> None:
    if content.startswith(OLE) and "EncryptedPackage".encode("utf-16-le") in content:
        raise DataError(
            "The workbook is encrypted: open it with its password, and save it without one or as CSV."
        )
    beginning = content[:64].lstrip()
    for signature, name in SIGNATURES:
        if content.startswith(signature) or beginning.lower().startswith(signature):
            raise DataError(f"This is {name}, not a CSV: {SAVE_AS_CSV}.")


def _as_requested(content: bytes, encoding: str) -> EncodedText:
    if encoding not in ENCODINGS:
        raise DataError(f"There is no encoding {quoted(encoding)} here: choose one of the list.")
    for mark, marked in BYTE_ORDER_MARKS:
        if marked == encoding:
            content = content.removeprefix(mark)
    try:
        text = content.rstrip(b"\x1a").decode(PYTHON_NAMES.get(encoding, encoding))
    except UnicodeDecodeError as problem:
        raise DataError(
            f"The file is not written in {ENCODINGS[encoding]}: byte {problem.start:,} is no character of it, so "
            "choose another encoding."
        ) from problem
    return EncodedText(text.encode(errors="replace"), "utf-8", encoding)


def _transcoded(content: bytes, encoding: str) -> EncodedText:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as problem:
        raise DataError(
            f"The file begins like {_name(encoding)} text, but byte {problem.start:,} is none: save it as CSV in "
            "UTF-8."
        ) from problem
    if encoding == "utf-8":
        return EncodedText(content, encoding, encoding)
    return EncodedText(text.encode(), "utf-8", encoding, f"The text was read as {_name(encoding)}.")


def _name(encoding: str) -> str:
    return encoding.upper().removesuffix("-LE").removesuffix("-BE")


def _wide_encoding(content: bytes) -> str:
    """The byte order of UTF-16 without a mark: every second byte of Latin letters and digits is zero."""
    half = max(len(content) // 2, 1)
    even, odd = content[::2].count(0) / half, content[1::2].count(0) / half
    if len(content) % 2 == 0 and max(even, odd) > 0.7 and min(even, odd) < 0.05:
        return "utf-16-be" if even > odd else "utf-16-le"
    raise DataError(f"The file holds binary data, not text: {SAVE_AS_CSV}.")


def _narrow_text(content: bytes) -> EncodedText:
    if _is_in(content, "utf-8"):
        return EncodedText(content, "utf-8", "utf-8")
    eastern = eastern_encoding(content)
    if eastern is not None:
        return EncodedText(
            content.decode(PYTHON_NAMES.get(eastern, eastern)).encode(),
            "utf-8",
            eastern,
            Note(
                f"The text was read as {ENCODINGS[eastern]}, by its characters: {ELSEWHERE}.",
                OptionChange(f"Read as {ENCODINGS['cp1252']}", "encoding", "cp1252"),
            ),
        )
    for encoding, note in (
        ("cp1252", f"The text is not UTF-8 and was read as Windows-1252: {ELSEWHERE}."),
        (
            "latin-1",
            f"The encoding of the text is unknown: letters other than a to z may be wrong; {ELSEWHERE}.",
        ),
    ):
        if _is_in(content, encoding):
            return EncodedText(content, encoding, encoding, note)
    raise AssertionError("Every byte is a character of Latin-1.")


def _is_in(content: bytes, encoding: str) -> bool:
    """True if all bytes are characters of the encoding."""
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _without_controls(text: EncodedText) -> EncodedText:
    controls = len(text.content) - len(text.content.translate(None, CONTROL_CHARACTERS))
    if controls * BYTES_PER_CONTROL_CHARACTER > len(text.content) or b"\x00" in text.content:
        raise DataError(f"The file holds binary data, not text: {SAVE_AS_CSV}.")
    return text
