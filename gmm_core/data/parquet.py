"""Parquet: a file of typed columns as a table, once its own description shows that it is not too large; and back."""

from __future__ import annotations

import io

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gmm_core.data.options import ReadLimits
from gmm_core.data.wording import quoted
from gmm_core.errors import DataError

SIGNATURE = b"PAR1"
_TOO_LARGE = "The table of this Parquet file is too large: leave out columns or take fewer rows."
_NO_ONE_TYPE = (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError)


def parquet_table(content: bytes, limits: ReadLimits) -> pd.DataFrame:
    """The table of a Parquet file; columns of text become categories, so that no text is held twice.

    Raises DataError where the file is damaged, encrypted, or beyond a limit, or holds lists, records or bytes.
    """
    try:
        file = pq.ParquetFile(io.BytesIO(content))
        _require_small(file.metadata, limits)
        texts = _texts(file.schema_arrow)
        table = pq.ParquetFile(io.BytesIO(content), read_dictionary=texts).read(use_threads=False)
        _require_little_text(table, texts, limits)
        return table.to_pandas(ignore_metadata=True)
    except DataError:
        raise
    # Whatever a damaged file breaks in the library, it is the file that is wrong.
    except Exception as problem:
        raise DataError(
            "The Parquet file is damaged or encrypted: write it again, or save its table as CSV."
        ) from problem


def parquet_file(table: pd.DataFrame) -> bytes:
    """The table as a Parquet file, without its index; a column that mixes types is written as text."""
    try:
        columns = pa.Table.from_pandas(table, preserve_index=False)
    except _NO_ONE_TYPE:
        columns = pa.Table.from_pandas(_of_one_type(table), preserve_index=False)
    file = io.BytesIO()
    pq.write_table(columns, file, compression="zstd")
    return file.getvalue()


def _of_one_type(table: pd.DataFrame) -> pd.DataFrame:
    told = table.copy(deep=False)
    for name in table.columns:
        try:
            pa.array(table[name], from_pandas=True)
        except _NO_ONE_TYPE:
            told[name] = table[name].astype(object).map(str, na_action="ignore")
    return told


def _require_small(metadata: pq.FileMetaData, limits: ReadLimits) -> None:
    if metadata.num_columns > limits.columns:
        raise DataError(
            f"The file has more than the {limits.columns:,} columns that are read at most: leave some out."
        )
    if metadata.num_rows > limits.rows:
        raise DataError(
            f"The file has more than the {limits.rows:,} rows that are read at most: take a random sample of "
            "them."
        )
    # Repeated values take no room in the file, but eight bytes each once they are read.
    held = 8 * metadata.num_rows * metadata.num_columns
    stored = sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
    if max(held, stored) > 8 * limits.unpacked_bytes:
        raise DataError(_TOO_LARGE)


def _texts(schema: pa.Schema) -> list[str]:
    """The names of the columns of text; what is of no fixed size besides could be of any once it is read."""
    texts = []
    for field in schema:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
            texts.append(field.name)
        elif not (pa.types.is_primitive(kind) or pa.types.is_decimal(kind) or pa.types.is_null(kind)):
            raise DataError(
                f"Column {quoted(field.name)} of the Parquet file holds lists, records or bytes: leave it "
                "out, or write it as numbers or text."
            )
    return texts


def _require_little_text(table: pa.Table, texts: list[str], limits: ReadLimits) -> None:
    """A text that is repeated takes room in the file once, but in every row where it is looked at."""
    written = 0
    for name in texts:
        for chunk in table.column(name).chunks:
            lengths = pc.binary_length(chunk.dictionary).cast(pa.int64())
            written += pc.sum(lengths.take(chunk.indices)).as_py() or 0
    if written > 2 * limits.unpacked_bytes:
        raise DataError(_TOO_LARGE)
