"""Small files made to take much time or memory: each is read or refused within the bounds of the system."""

from __future__ import annotations

import gzip
import io
import json
import struct
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gmm_core.tables.files.workbook_parts import SheetParts
from tests.bounded import BoundedPrograms

CPU_SECONDS = 6
"""All take less than two seconds on a processor of 2021; a slow or busy one may take three times as long."""
MEMORY = 500 << 20
READS = """
from pathlib import Path
from gmm_core.tables.files.reader import read_file
from gmm_core.errors import DataError
from gmm_core.export.model_file.model_file import load_model

content = Path(ARGUMENTS[0]).read_bytes()
try:
    load_model(content) if ARGUMENTS[1] == "model" else read_file(content, "file")
    print("read")
except DataError as refusal:
    print(refusal)
"""


def parquet(table: pa.Table, **how: object) -> bytes:
    file = io.BytesIO()
    pq.write_table(table, file, **how)
    return file.getvalue()


def lying_footer(rows: int) -> bytes:
    """A Parquet file whose footer says 10 rows, and whose row group holds as many as asked for."""
    content = parquet(pa.table({"a": np.zeros(rows)}), compression="zstd")
    length = struct.unpack("<I", content[-8:-4])[0]
    footer = content[-8 - length : -8]
    written = bytearray()
    number = rows << 1  # as Thrift writes whole numbers
    while number:
        written.append(number & 0x7F | (0x80 if number > 0x7F else 0))
        number >>= 7
    place = footer.index(bytes(written))
    changed = footer[:place] + bytes([20]) + footer[place + len(written) :]
    return content[: -8 - length] + changed + struct.pack("<I", len(changed)) + b"PAR1"


def decimals() -> bytes:
    column = pa.array(np.arange(1_000_000) % 7).cast(pa.decimal128(38, 10))
    return parquet(pa.table({f"d{number}": column for number in range(5)}), compression="zstd")


def days() -> bytes:
    column = pa.array((np.arange(100_000) % 7).astype("int32")).cast(pa.date32())
    numbers = pa.array(np.arange(100_000) % 3)
    return parquet(pa.table({"n": numbers, **{f"d{number}": column for number in range(95)}}))


def model_of_names() -> bytes:
    names = [*(f"n{number}" for number in range(20_000)), "n19999"]
    return ("{" + ",".join(f"{json.dumps(name)}: 1" for name in names) + "}").encode()


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ROWS = b"".join(b'<row><c><v>%d</v></c><c t="s"><v>0</v></c></row>' % number for number in range(10_000))


def workbook(
    rows: bytes = ROWS, texts: bytes = b"<si><t>x</t></si>", styles: bytes = b"", front: bytes = b""
) -> bytes:
    """A workbook of 10,000 numbers beside a text that all rows share, or of other rows."""
    parts = SheetParts(
        f'<worksheet xmlns="{MAIN}"><sheetData>'.encode() + rows + b"</sheetData></worksheet>",
        front + f'<sst xmlns="{MAIN}">'.encode() + texts + b"</sst>",
        f'<styleSheet xmlns="{MAIN}">'.encode() + styles + b"</styleSheet>",
        False,
    )
    return parts.archive().getvalue()


def full(part: str, tag: str, times: int) -> Callable[[], bytes]:
    """What makes a workbook with a part that is full of one tag."""
    return lambda: workbook(**{part: tag.encode() * times})


def cell(place: str, value: str = "<v>1</v>") -> bytes:
    return f'<row><c r="{place}">{value}</c></row>'.encode()


def many_sheets(rows: bytes) -> bytes:
    """A workbook of 5,000 sheets without a value, and of texts and styles that each of them would read again."""
    whole = workbook(rows=rows, texts=b"<si><t>x</t></si>" * 100_000)
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(whole)) as parts,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book,
    ):
        for name in parts.namelist():
            text = parts.read(name)
            if name == "xl/workbook.xml":
                before, sheet, after = text.partition(b'<sheet name="sheet" sheetId="1" r:id="worksheet"/>')
                sheets = (sheet.replace(b'"sheet"', b'"sheet %d"' % number) for number in range(5_000))
                text = before + b"".join(sheets) + after
            book.writestr(name, text)
    return file.getvalue()


# What each file is, and how its sentence begins.
FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "blanks in a cell": (lambda: b"a,b\n1" + b" " * 100_000 + b"x,2\n3,4\n5,6\n", "read"),
    "digits in a cell": (lambda: b"a,b\n" + b"1" * 100_000 + b"x,2\n3,4\n5,6\n", "read"),
    "a unit far behind": (
        lambda: b"a\tb\n" + (b"1" + b" " * 30_000 + b"kg\t2\n") * 30 + b"3\t4\n5\t6\n",
        "read",
    ),
    "whole numbers in the first row": (
        lambda: b"1" * 4_301 + b"," + b"2" * 4_301 + b",x\n3,4,5\n5,6,7\n",
        "read",
    ),
    "the same name in 2,000 columns": (
        lambda: (
            b",".join([b"a"] * 2_000)
            + b"\n"
            + (b",".join([b"1"] * 2_000) + b"\n" + b",".join([b"2"] * 2_000))
        ),
        "read",
    ),
    "empty members": (lambda: gzip.compress(b"") * 80_000, "The gzip file holds more than the 10,000 parts"),
    "members of a byte": (
        lambda: gzip.compress(b"1") * 500_000,
        "The gzip file holds more than the 10,000 parts",
    ),
    "zeros between members": (
        lambda: (gzip.compress(b"1,2\n3,4\n") + b"\0" * 4_000) * 9_000,
        "read",
    ),
    "entries of an archive": (
        lambda: b"PK\x03\x04" + b"PK\x01\x02" * 1_000_000,
        "The ZIP archive holds more than the 10,000 files",
    ),
    "a footer that lies": (lambda: lying_footer(20_000_000), "The table of this Parquet file is too large"),
    "decimals": (decimals, "read"),
    "days": (days, "read"),
    "many values": (
        lambda: parquet(pa.table({f"c{number}": np.zeros(400_000) for number in range(30)})),
        "The file has more than the 10,000,000 values",
    ),
    "many empty values": (
        lambda: b",".join([b"a"] * 2_000) + b"\n" + (b"," * 1_999 + b"\n") * 5_100,
        "The file has more than the 10,000,000 values",
    ),
    "a long text in every row": (
        lambda: workbook(texts=b"<si><t>" + b"x" * 30_000 + b"</t></si>"),
        "The texts in the cells of the Excel workbook are too long",
    ),
    "a long text in every cell of five columns": (
        lambda: workbook(
            rows=b"".join(
                b'<row r="%d">' % number
                + b"".join(b'<c r="%c%d" t="s"><v>1</v></c>' % (letter, number) for letter in b"ABCDE")
                + b"</row>"
                for number in range(1, 100_001)
            ),
            texts=b"<si/><si><t>" + b"x" * 300 + b"</t></si>",
        ),
        "The texts in the cells of the Excel workbook are too long",
    ),
    "a long text behind what looks like the next": (
        lambda: workbook(texts=b"<si><t><![CDATA[" + b"x" * 99 + b"<si" * 10_000 + b"]]></t></si>"),
        "The texts in the cells of the Excel workbook are too long",
    ),
    "a long text that one cell names": (
        lambda: workbook(texts=b"<si><t>x</t></si><si><t>" + b"x" * 30_000 + b"</t></si>"),
        "read",
    ),
    **{
        f"{part} full of {tag}": (
            full(part, tag, 3_000_000),
            "The Excel workbook has more cells and styles",
        )
        for part, tag in (("rows", "<c/>"), ("rows", "<row/>"), ("texts", "<si/>"), ("styles", "<xf/>"))
    },
    **{
        f"{part} with as many {tag} as are let in": (
            full(part, tag, 7_600_000 // len(tag)),
            sentence,
        )
        for part, tag, sentence in (
            ("rows", "<c/>", "The workbook is empty"),
            ("rows", "<c><v/></c>", "The sheet has more than the 500,000 cells"),
            ("rows", "<row/>", "The workbook is empty"),
            ("texts", "<si/>", "read"),
            ("styles", "<xf/>", "read"),
        )
    },
    "a number format of a million characters in 2,000 styles": (
        lambda: workbook(
            styles=b'<numFmts><numFmt numFmtId="200" formatCode="%s"/></numFmts><cellXfs>%s</cellXfs>'
            % (b"0" * 1_000_000, b'<xf numFmtId="200"/>' * 2_000)
        ),
        "The number formats of the Excel workbook are too long",
    ),
    **{
        f"cells far apart: {first} and {last}": (
            partial(workbook, rows=cell(first) + cell(last)),
            "The cells of the sheet lie too far apart",
        )
        for first, last in (("A1", "XFD1048576"), ("XFD1", "A200000"), ("b2", "xfd1048576"))
    },
    "far away a blank cell with a style": (
        lambda: workbook(rows=cell("A1") + cell("A2", "<v>2</v>") + cell("XFD1048576", "")),
        "read",
    ),
    "sheets without a cell": (lambda: many_sheets(b""), "The workbook is empty"),
    "sheets without a value": (
        lambda: many_sheets(b"<row><c><v/></c></row>"),
        "The Excel workbook has more cells and styles",
    ),
    "entities": (lambda: workbook(front=b'<!DOCTYPE a [<!ENTITY e "x">]>'), "The Excel workbook is damaged"),
    "model of names": (model_of_names, "“n19999” stands twice"),
}
# They take their time within a limit that is said.
LONGER = {"many empty values": 30, "decimals": 20, "days": 20}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_read_or_refused_within_bounds(
    name: str, tmp_path: Path, bounded: BoundedPrograms
) -> None:
    made, sentence = FILES[name]
    file = tmp_path / "file"
    file.write_bytes(made())
    kind = "model" if name.startswith("model") else "table"
    ended = bounded.run(READS, str(file), kind, seconds=LONGER.get(name, CPU_SECONDS))
    assert ended.code == 0 and ended.told.startswith(sentence), ended
    assert ended.memory < MEMORY, ended
