"""Parquet: reads a Parquet file after checking its size by its metadata, and writes one."""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gmm_core.errors import DataError
from gmm_core.tables.cells.dates import in_calendar
from gmm_core.tables.files.options import ReadLimits
from gmm_core.wording import capital, column_named

SIGNATURE = b"PAR1"
"""The first bytes of a Parquet file."""
_TOO_LARGE = "The table of this Parquet file is too large: leave out columns or take fewer rows."
_NO_ONE_TYPE = (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError)
"""What Arrow raises for a column of mixed types."""


def parquet_table(content: bytes, limits: ReadLimits) -> pd.DataFrame:
    """The table of a Parquet file; columns of text become categories, so that equal texts are held once.

    Raises
    ------
    DataError
        If the file is damaged, encrypted, exceeds a limit, or holds lists, records or bytes.
    """
    try:
        with pa.BufferReader(content) as source:
            file = _opened(source)
            _require_small(file.metadata, limits)
            texts = _texts(file.schema_arrow)
            table = _counted(_opened(source, read_dictionary=texts), texts, limits)
        read = table.to_pandas(
            ignore_metadata=True, date_as_object=False, split_blocks=True, self_destruct=True
        )
        _require_calendar(read)
        return read
    except DataError:
        raise
    # A damaged file can make the library raise anything; the cause is the file in every case.
    except Exception as problem:
        raise DataError(
            "The Parquet file is damaged or encrypted: write it again, or save its table as CSV."
        ) from problem


def parquet_file(table: pd.DataFrame) -> bytes:
    """Write the table as a Parquet file, without its index; a column of mixed types is written as text."""
    try:
        columns = pa.Table.from_pandas(table, preserve_index=False)
    except _NO_ONE_TYPE:
        columns = pa.Table.from_pandas(_of_one_type(table), preserve_index=False)
    with pa.BufferOutputStream() as file:
        pq.write_table(columns, file, compression="zstd")
        return bytes(file.getvalue())


def first_rows(content: bytes, n_rows: int) -> bytes:
    """A Parquet file with the first rows of another, and the same schema and metadata."""
    with pa.BufferReader(content) as source:
        file = _opened(source)
        with closing(file.iter_batches(batch_size=n_rows, use_threads=False)) as coming:
            batches = list(islice(coming, 1))
        table = pa.Table.from_batches(batches, batches[0].schema if batches else file.schema_arrow)
    with pa.BufferOutputStream() as first:
        pq.write_table(table, first)
        return bytes(first.getvalue())


def _opened(source: pa.BufferReader, **how: Any) -> pq.ParquetFile:
    """Open the file without read-ahead: a thread that reads ahead could still run after the file is refused."""
    return pq.ParquetFile(source, pre_buffer=False, **how)


def _of_one_type(table: pd.DataFrame) -> pd.DataFrame:
    converted = table.copy(deep=False)
    for name in table.columns:
        try:
            pa.array(table[name], from_pandas=True)
        except _NO_ONE_TYPE:
            converted[name] = table[name].astype(object).map(str, na_action="ignore")
    return converted


def _counted(file: pq.ParquetFile, texts: list[str], limits: ReadLimits) -> pa.Table:
    """The table; rows are counted while reading, since a row group may hold millions more than the footer says."""
    most_rows = min(limits.rows, limits.cells // max(len(file.schema_arrow), 1))
    batches: list[pa.RecordBatch] = []
    rows = written = 0
    with closing(file.iter_batches(batch_size=most_rows + 1, use_threads=False)) as coming:
        for batch in coming:
            rows += batch.num_rows
            if rows > most_rows:
                raise DataError(_TOO_LARGE)
            written += sum(_written(batch.column(name)) for name in texts)
            if written > 2 * limits.unpacked_bytes:
                raise DataError(_TOO_LARGE)
            batches.append(_light(batch))
    if not batches:
        return file.schema_arrow.empty_table()
    return pa.Table.from_batches(batches).unify_dictionaries()


def _written(column: pa.DictionaryArray) -> int:
    """The total length of a column's texts, repeated ones counted in every row, since each is processed."""
    lengths = pc.binary_length(column.dictionary).cast(pa.int64())
    return pc.sum(lengths.take(column.indices)).as_py() or 0


def _light(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with types converted that pandas would hold as one Python object per value, or cannot compute with."""
    columns = []
    for column in batch.columns:
        kind = column.type
        if pa.types.is_decimal(kind) or pa.types.is_float16(kind):
            column = column.cast(pa.float64())
        elif pa.types.is_time(kind):
            column = column.cast(pa.string()).dictionary_encode()
        columns.append(column)
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _require_calendar(table: pd.DataFrame) -> None:
    for position, name in enumerate(table.columns):
        column = table.iloc[:, position]
        if pd.api.types.is_datetime64_any_dtype(column.dtype) and not in_calendar(column):
            raise DataError(
                f"{capital(column_named(name))} of the Parquet file holds dates outside the years 1 to 9999: "
                "leave it out."
            )


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
    # Repeated values take almost no space in the file, but eight bytes each in memory.
    if metadata.num_rows * metadata.num_columns > limits.cells:
        raise DataError(
            f"The file has more than the {limits.cells:,} values that are read at most: leave out columns or take a "
            "random sample of the rows."
        )
    stored = sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
    if stored > 8 * limits.unpacked_bytes:
        raise DataError(_TOO_LARGE)


def _texts(schema: pa.Schema) -> list[str]:
    """The names of the columns of text; raises DataError for other types that have no fixed size."""
    texts = []
    for field in schema:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
            texts.append(field.name)
        elif not (pa.types.is_primitive(kind) or pa.types.is_decimal(kind) or pa.types.is_null(kind)):
            raise DataError(
                f"{capital(column_named(field.name))} of the Parquet file holds lists, records or bytes: leave it "
                "out, or write it as numbers or text."
            )
    return texts
