"""Plotly's JavaScript, copied to the folder of static files, so that nothing is loaded from another host."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from gmm_core.errors import ExplorerError

STATIC_FOLDER = Path(__file__).resolve().parents[2] / "static"
"""The folder from which Streamlit serves static files."""


class AssetError(ExplorerError):
    """A file that the browser needs could not be copied to the folder of static files."""


@cache
def ensure_plotly_javascript(folder: Path = STATIC_FOLDER) -> str:
    """Copy the installed plotly.min.js to `folder` unless it is there already, and return its file name.

    The name contains the version (“plotly-7.1.0.min.js”), so that browsers may cache the file for ever. The copy is
    made atomically, even if several processes make it at the same time. Run this module
    (`python -m ui.chart.plotly_javascript`) where the folder is not writable later.

    Raises
    ------
    AssetError
        If the file is missing and cannot be written.
    """
    name = f"plotly-{version('plotly')}.min.js"
    target = folder / name
    if target.is_file():
        return name
    try:
        _copy_whole(_installed_javascript(), target)
    except OSError as error:
        raise AssetError(
            f"Plotly's JavaScript is missing and cannot be written to {target} ({error.strerror}): run "
            f"`python -m ui.chart.plotly_javascript` once as a user who may write there."
        ) from error
    return name


def _installed_javascript() -> Path:
    spec = find_spec("plotly")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / "package_data" / "plotly.min.js"


def _copy_whole(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as copy:
        try:
            copy.write(source.read_bytes())
            os.fchmod(copy.fileno(), 0o644)
            Path(copy.name).replace(target)
        except OSError:
            Path(copy.name).unlink()
            raise


if __name__ == "__main__":
    ensure_plotly_javascript()
