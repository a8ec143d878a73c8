"""The sidebar's settings as an address holds them: read from a link, and written into one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gmm_core.tables.dataset import Dataset
from gmm_core.tables.generators import GENERATORS
from gmm_core.tables.samples import SAMPLES
from ui.compute.cache import generated_dataset, sample_dataset
from ui.shell.analysis import Analysis
from ui.shell.control import Control, NotOffered, Place
from ui.shell.controls import CONTROLS, column_controls, controls_at

Settings = dict[str, list[str]]
"""Texts by the name of a setting, as in an address."""


@dataclass(frozen=True)
class FollowedLink:
    """What was read of a link.

    Parameters
    ----------
    settings : Settings
        The same settings as they can be set here, each text as the app itself writes it.
    refused : tuple of str
        What is not offered here, a sentence each.
    """

    settings: Settings
    refused: tuple[str, ...] = ()


def read_settings(requested: Mapping[str, list[str]]) -> FollowedLink:
    """Read what an address asks of the sidebar's controls; other settings, which pages read, stay as they are."""
    settings = {name: list(texts) for name, texts in requested.items()}
    refused: list[str] = []
    values = read_controls([row for row in CONTROLS.values() if row.key in requested], settings, refused)
    dataset = _linked_dataset(values)
    if dataset is not None:
        rows = [row for row in column_controls(dataset, private=False) if row.key in requested]
        read_controls(rows, settings, refused)
    return FollowedLink(settings, tuple(refused))


def written_settings(analysis: Analysis, usual: Mapping[str, object]) -> list[tuple[str, str]]:
    """What a link says of the sidebar's controls as they stand, where that is not the default.

    Parameters
    ----------
    usual : mapping
        What a control stands at without being named, where that is not its default, as in a lesson.
    """
    source = CONTROLS["data"].value
    rows = [*controls_at(*Place, source=source), *column_controls(analysis.dataset, analysis.private)]
    return [
        (row.key, text)
        for row in rows
        if not row.private and not row.default == row.value == usual.get(row.key, row.default)
        for text in row.kind.written(row.value)
    ]


def sidebar_keys(analysis: Analysis) -> set[str]:
    """The names of all settings of the sidebar, whether they are shown or not."""
    return {*CONTROLS, *(row.key for row in column_controls(analysis.dataset, analysis.private))}


def read_controls(rows: list[Control], settings: Settings, refused: list[str]) -> dict[str, Any]:
    """Read these controls; in `settings` put their texts in order, and take out what is not offered."""
    values = {}
    for row in rows:
        try:
            values[row.key] = row.read(settings[row.key])
            settings[row.key] = row.kind.written(values[row.key])
        except NotOffered as error:
            refused.append(str(error))
            values[row.key] = error.instead
            del settings[row.key]
            if error.instead != row.default:
                settings[row.key] = row.kind.written(error.instead)
    return values


def _linked_dataset(values: Mapping[str, Any]) -> Dataset | None:
    """The data that a link opens on; None for a visitor's own."""
    source = values.get("data", CONTROLS["data"].default)
    if source in SAMPLES:
        return sample_dataset(source)
    if source in GENERATORS:
        rows = controls_at(Place.PARAMETERS, source=source)
        return generated_dataset(source, tuple((row.field, values.get(row.key, row.default)) for row in rows))
    return None
