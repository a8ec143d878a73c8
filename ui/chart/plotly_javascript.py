"""Plotly's JavaScript, copied to where Streamlit serves static files, so that nothing is fetched from another host."""

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
    """A file that the browser needs cannot be put where it is served from."""


@cache
def ensure_plotly_javascript(folder: Path = STATIC_FOLDER) -> str:
    """Put the installed package's plotly.min.js into `folder`, unless it is there, and return its file name.

    The name holds the version ("plotly-7.1.0.min.js"), so that a browser may keep it for ever. The copy
    appears whole or not at all, whoever else makes it at the same time. Run this module
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
