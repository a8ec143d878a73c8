"""The colours of the app as CSS variables, for a page that Streamlit does not serve."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

SETTINGS = Path(__file__).parents[2] / ".streamlit" / "config.toml"
"""Streamlit's settings file, with the colours of the app."""
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif'
"""The fonts of text."""
CODE_FONT = 'ui-monospace, "Cascadia Code", Menlo, Consolas, monospace'
"""The fonts of code."""


@cache
def variables(base: str) -> str:
    """The declarations of the variables `--st-…`, with Streamlit's names, for “light” or “dark”."""
    theme = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))["theme"]
    declarations = {
        **{_name(option): value for option, value in theme[base].items() if not isinstance(value, dict)},
        "--st-base-font-size": f"{theme['baseFontSize']}px",
        "--st-chart-categorical-colors": ",".join(theme["chartCategoricalColors"]),
        "--st-font": FONT,
        "--st-code-font": CODE_FONT,
        "--st-button-radius": "4px",
    }
    return "".join(f"{name}:{value};" for name, value in declarations.items())


def _name(option: str) -> str:
    """The CSS name of an option: --st-primary-color for primaryColor."""
    return "--st-" + re.sub(r"([A-Z])", lambda upper: f"-{upper[0].lower()}", option)
