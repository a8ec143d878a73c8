"""Variables with the app's prefix that are none of its settings, most likely misspelled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from difflib import get_close_matches

from serving import frame_ancestors, hosts
from ui.compute.limits import PREFIX, Limits, earlier_variables

VARIABLES = (
    frame_ancestors.VARIABLE,
    hosts.VARIABLE,
    *(PREFIX + row.name.upper() for row in fields(Limits)),
)
"""The environment variables that the app knows, by their present names."""


def unknown_variables(environment: Iterable[str]) -> list[str]:
    """A sentence for each variable that begins as the app's do and is none, with the nearest right name."""
    return [
        f"{name} is no setting of the app and has no effect{_nearest(name)}; docs/settings.md lists all."
        for name in sorted(environment)
        if name.upper().startswith(PREFIX) and name not in (*VARIABLES, *earlier_variables())
    ]


def _nearest(name: str) -> str:
    names = [variable.removeprefix(PREFIX) for variable in VARIABLES]
    near = get_close_matches(name.upper().removeprefix(PREFIX), names, n=1)
    return f", perhaps {PREFIX}{near[0]} is meant" if near else ""
