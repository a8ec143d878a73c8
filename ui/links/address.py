"""The sidebar's settings in an address: read from a link, and written into one."""

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
    """The settings of a link that can be applied, and those that cannot.

    Parameters
    ----------
    settings : Settings
        The settings that can be applied, each text as the app itself writes it.
    refused : tuple of str
        A sentence for each setting whose value is not offered.
    """

    settings: Settings
    refused: tuple[str, ...] = ()


def read_settings(requested: Mapping[str, list[str]]) -> FollowedLink:
    """Read the settings of the sidebar's controls from an address; settings that pages read stay unchanged."""
    settings = {name: list(texts) for name, texts in requested.items()}
    refused: list[str] = []
    values = read_controls([row for row in CONTROLS.values() if row.key in requested], settings, refused)
    dataset = _linked_dataset(values)
    if dataset is not None:
        rows = [row for row in column_controls(dataset, private=False) if row.key in requested]
        read_controls(rows, settings, refused)
    return FollowedLink(settings, tuple(refused))


def written_settings(analysis: Analysis, usual: Mapping[str, object]) -> list[tuple[str, str]]:
    """The current values of the sidebar's controls as a link writes them.

    A control is left out if it is at its default and no lesson sets another value.

    Parameters
    ----------
    usual : mapping
        The values that the current lesson sets, by key.
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
    """Read these controls; in `settings`, normalise their texts and remove those that are not offered."""
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
    """The data set that a link names; None for a visitor's own file."""
    source = values.get("data", CONTROLS["data"].default)
    if source in SAMPLES:
        return sample_dataset(source)
    if source in GENERATORS:
        rows = controls_at(Place.PARAMETERS, source=source)
        return generated_dataset(source, tuple((row.field, values.get(row.key, row.default)) for row in rows))
    return None
