"""Small files made to take much time or memory: each is read or refused within the bounds of the system."""

from __future__ import annotations

import gzip
import io
import json
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

REPOSITORY = Path(__file__).parents[3]
CPU_SECONDS = 3
MEMORY = 500 << 20
# The limit of CPU is for the reading alone; the process ends with a signal where it is reached.
READS = """
import math, resource, sys
from pathlib import Path
import numpy, pandas, pyarrow.parquet
from gmm_core.data.reader import read_file
from gmm_core.errors import DataError
from gmm_core.takeaway.model_file import load_model

read_file(b"a,b\\n1,2\\n3,4\\n", "first")
content = Path(sys.argv[1]).read_bytes()
opening = load_model if sys.argv[2] == "model" else lambda content: read_file(content, "file")
before = resource.getrusage(resource.RUSAGE_SELF)
most = math.ceil(before.ru_utime + before.ru_stime) + int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_CPU, (most, most))
try:
    opening(content)
    print("read")
except DataError as refusal:
    print(refusal)
after = resource.getrusage(resource.RUSAGE_SELF)
assert (after.ru_maxrss - before.ru_maxrss) * 1024 < int(sys.argv[4]), (after.ru_maxrss, before.ru_maxrss)
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


def workbook(text: bytes = b"x", styles: bytes = b"", front: bytes = b"") -> bytes:
    """A workbook of 10,000 numbers beside a text that all rows share."""
    main = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    package = b'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    office = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rows = b"".join(b'<row><c><v>%d</v></c><c t="s"><v>0</v></c></row>' % number for number in range(10_000))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/styles.xml", b"<styleSheet %s><cellXfs>%s</cellXfs></styleSheet>" % (main, styles)
        )
        archive.writestr("xl/sharedStrings.xml", b"%s<sst %s><si><t>%s</t></si></sst>" % (front, main, text))
        archive.writestr(
            "xl/workbook.xml",
            b'<workbook %s xmlns:r="%s"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
            % (main, office),
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            b'<Relationships %s><Relationship Id="r1" Type="%s/worksheet" Target="worksheets/a.xml"/></Relationships>'
            % (package, office),
        )
        archive.writestr(
            "xl/worksheets/a.xml", b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (main, rows)
        )
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
        lambda: workbook(text=b"x" * 30_000),
        "The texts in the cells of the Excel workbook are too long",
    ),
    "styles without end": (
        lambda: workbook(styles=b"<xf/>" * 300_000),
        "The Excel workbook has more cells and styles",
    ),
    "entities": (lambda: workbook(front=b'<!DOCTYPE a [<!ENTITY e "x">]>'), "The Excel workbook is damaged"),
    "model of names": (model_of_names, "“n19999” stands twice"),
}
# They take their time within a limit that is said.
LONGER = {"many empty values": 30, "decimals": 20, "days": 20}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_read_or_refused_within_bounds(name: str, tmp_path: Path) -> None:
    made, sentence = FILES[name]
    file = tmp_path / "file"
    file.write_bytes(made())
    kind = "model" if name.startswith("model") else "table"
    done = subprocess.run(
        [sys.executable, "-c", READS, str(file), kind, str(LONGER.get(name, CPU_SECONDS)), str(MEMORY)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.returncode, done.stderr[-500:])
    assert done.stdout.startswith(sentence), done.stdout
