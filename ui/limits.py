"""How much one visitor may ask of the app, in one place."""

from __future__ import annotations

from dataclasses import dataclass

from gmm_core.data.options import ReadLimits

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """Bounds on what a control offers and on what the app keeps."""

    components: int = 20
    restarts: int = 100
    iterations: int = 10_000
    seed: int = 2**32 - 1
    fit_seconds: float = 60.0
    upload_megabytes: int = 50
    unpacked_megabytes: int = 100
    upload_rows: int = 1_000_000
    upload_columns: int = 2_000
    workbook_cells: int = 500_000
    shared_fit_megabytes: int = 256
    private_fit_megabytes: int = 64
    landscape_rows: int = 5_000
    shared_landscape_megabytes: int = 64
    private_landscape_megabytes: int = 16
    comparison_rows: int = 20_000
    shared_comparison_megabytes: int = 64
    private_comparison_megabytes: int = 16
    shared_shapes_megabytes: int = 64
    private_shapes_megabytes: int = 16
    shared_cell_megabytes: int = 16
    private_cell_megabytes: int = 4
    shared_datasets: int = 32
    private_datasets: int = 2


LIMITS = Limits()

READ_LIMITS = ReadLimits(
    rows=LIMITS.upload_rows,
    columns=LIMITS.upload_columns,
    bytes=LIMITS.upload_megabytes * MEGABYTE,
    unpacked_bytes=LIMITS.unpacked_megabytes * MEGABYTE,
    workbook_cells=LIMITS.workbook_cells,
)
