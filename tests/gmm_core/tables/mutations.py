"""Mutations: files that were good until bytes of them, or of what is packed in them, changed."""

from __future__ import annotations

import gzip
import io
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pandas as pd

from gmm_core.errors import DataError
from gmm_core.export.model_file.model_file import load_model
from gmm_core.tables.files.options import ReadLimits
from gmm_core.tables.files.parquet import parquet_file
from gmm_core.tables.files.reader import read_file
from gmm_core.tables.files.workbook_parts import SheetParts

LIMITS = ReadLimits(unpacked_bytes=4_000_000, workbook_cells=20_000)
TEXT = b"""# made by hand
day,of,price,amount
2020-12-31,a,"1,234.50",7 kg
2021-01-31,"b, c",-2.5,8 kg
2021-02-28,,1e3,9 kg
2021-03-31,'d,NA,10 kg
"""
SHEET = b"""<?xml version="1.0"?><worksheet><dimension ref="A1:D4"/><sheetData>
<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>
<c r="C1" t="inlineStr"><is><t>day</t></is></c></row>
<row r="2"><c r="A2"><v>1.5</v></c><c r="B2"><f>1+1</f><v>2</v></c>
<c r="C2" s="1"><v>43831</v></c><c r="D2" t="b"><v>1</v></c></row>
<row r="3"><c r="A3"><v>2.5</v></c><c r="B3" t="e"><v>#N/A</v></c>
<c r="C3" s="2"><v>43832.5</v></c><c r="D3" t="b"><v>0</v></c></row>
<row r="4"><c r="A4"><v>4</v></c><c r="B4"><v>3</v></c><c r="C4" s="2"><v>0.25</v></c></row>
</sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>"""
TEXTS = b"<sst><si><t>a</t></si><si><r><t>b</t></r><r><t> c</t></r></si></sst>"
STYLES = rb"""<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\-mm"/></numFmts>
<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="22"/></cellXfs></styleSheet>"""
MODEL = (Path(__file__).parent / "small_model.json").read_bytes()
TABLE = pd.DataFrame(
    {
        "a": [1.5, None, 3.0],
        "b": [1, 2, 3],
        "t": ["x", None, "x"],
        "d": pd.to_datetime(["2020-01-01", None, "9999-12-31"]),
        "z": pd.to_datetime(["2020-01-01"] * 3, utc=True),
        "c": pd.Categorical(["p", "q", "p"]),
        "f": [True, False, None],
    }
)
TOKENS = (
    *(bytes([sign]) for sign in b"\x00\"',;\t\n\r<>&{}0"),
    *(b"-1", b"9" * 400, b"1e999", b"nan", b"null", b"true", b"=1+1", b"[" * 50, b" " * 300, b"\xff\xfe"),
    *(b"&#0;", b"]]>", b"<!--", b"<c/>", b'r="XFD1048576"', b' t="s"', b' s="99999"', "é😀".encode()),
    *(b"9999-12-31T23:00-02:00", b"0001-01-01T00:00+14:00"),
)


def mutated(content: bytes, chance: Random) -> bytes:
    """The content with a few changes: bytes changed, left out, doubled, exchanged; tokens put in; cut."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        place, other = (chance.randrange(len(changed) + 1) for _ in range(2))
        length = chance.choice((1, 1, 2, 4, 16, 64))
        kind = chance.randrange(7)
        if kind == 0:
            changed[place : place + 1] = chance.randbytes(1)
        elif kind == 1:
            del changed[place : place + length]
        elif kind == 2:
            changed[place:place] = changed[place : place + length] * chance.choice((1, 2, 50))
        elif kind == 3:
            changed[place : place + length] = changed[other : other + length]
        elif kind == 4:
            changed[place:place] = chance.choice(TOKENS)
        elif kind == 5:
            changed[place : place + length] = chance.choice(TOKENS)
        elif chance.random() < 0.2:
            del changed[place:]
    return bytes(changed)


def zipped(content: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("file.csv", content)
    return file.getvalue()


def workbook(chance: Random) -> bytes:
    """A workbook of which one part changed, or the archive."""
    parts = [SHEET, TEXTS, STYLES]
    if chance.random() < 0.3:
        return mutated(SheetParts(SHEET, TEXTS, STYLES, False).archive().getvalue(), chance)
    which = chance.choice((0, 0, 0, 1, 2))
    parts[which] = mutated(parts[which], chance)
    return SheetParts(parts[0], parts[1], parts[2], chance.random() < 0.2).archive().getvalue()


def lists(chance: Random) -> bytes:
    """A workbook whose lists of sheets and parts changed."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(SheetParts(SHEET, TEXTS, STYLES, False).archive()) as parts,
        zipfile.ZipFile(file, "w") as archive,
    ):
        for name in parts.namelist():
            text = parts.read(name)
            is_list = name.endswith((".rels", "workbook.xml"))
            archive.writestr(name, mutated(text, chance) if is_list and chance.random() < 0.5 else text)
    return file.getvalue()


def zip_archive(chance: Random) -> bytes:
    if chance.random() < 0.5:
        return mutated(zipped(TEXT), chance)
    return zipped(mutated(TEXT, chance), chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_BZIP2)))


def gzip_file(chance: Random) -> bytes:
    return (
        mutated(gzip.compress(TEXT), chance)
        if chance.random() < 0.5
        else gzip.compress(mutated(TEXT, chance))
    )


MAKES: dict[str, Callable[[Random], bytes]] = {
    "comma": lambda chance: mutated(TEXT, chance),
    "tab": lambda chance: mutated(TEXT.replace(b",", b"\t"), chance),
    "semicolon": lambda chance: mutated(TEXT.replace(b",", b";").replace(b".", b","), chance),
    "UTF-16": lambda chance: mutated(TEXT.decode().encode("utf-16"), chance),
    "white space": lambda chance: mutated(b"a  b c\n1 2  3\n4  5 6\n-7.5 8 9e1\n", chance),
    "gzip": gzip_file,
    "ZIP": zip_archive,
    "workbook": workbook,
    "lists of a workbook": lists,
    "workbook in gzip": lambda chance: gzip.compress(workbook(chance)),
    "Parquet": lambda chance: mutated(parquet_file(TABLE), chance),
    "model": lambda chance: mutated(MODEL, chance),
}


def read_all(make: str, count: int) -> None:
    """Tell the number of each file before it is read, and then how many were read and how many refused."""
    read = refused = 0
    for number in range(count):
        sys.stdout.write(f"file {number}\n")
        sys.stdout.flush()
        content = MAKES[make](Random(f"{make} {number}"))
        try:
            if make == "model":
                load_model(content)
            else:
                read_file(content, "file", limits=LIMITS)
            read += 1
        except DataError as refusal:
            assert str(refusal).endswith(".") and "\n" not in str(refusal), refusal
            refused += 1
    sys.stdout.write(f"in all {read} {refused}\n")
