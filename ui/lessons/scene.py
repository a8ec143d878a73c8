"""A scene of a lesson: what the screen shows before or after the answer, and the value of each control."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gmm_core.errors import ParameterError
from gmm_core.studies.lesson_claims.setting import Setting
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.generators import GENERATORS
from gmm_core.wording import quoted
from ui.compute.cache import generated_dataset, sample_dataset
from ui.shell.control import Place
from ui.shell.controls import CONTROLS, columns_control, controls_at, labels_control


@dataclass(frozen=True)
class Scene:
    """What the screen shows: a setting, the page that shows it, and that page's own controls by their keys."""

    setting: Setting
    page: str
    controls: Mapping[str, object] = field(default_factory=dict)


def scene_of(table: Mapping[str, Any]) -> Scene:
    """The scene that a table in a lesson's file describes; raises `ParameterError` if it describes none."""
    setting = {name: value for name, value in table.items() if name not in ("page", "controls")}
    if "page" not in table:
        raise ParameterError("A lesson names the page that shows it.")
    return Scene(Setting.of(setting), table["page"], dict(table.get("controls", {})))


def offered_scene(table: Mapping[str, Any]) -> Scene:
    """The same scene as `scene_of`; raises `ParameterError` if a control of the sidebar does not offer its value."""
    scene = scene_of(table)
    sidebar_values(scene.setting)
    for key, value in scene.controls.items():
        if key in CONTROLS:
            CONTROLS[key].required(value)
    if scene.setting.columns or scene.setting.label_column is not None:
        column_values(scene.setting, scene.setting.dataset())
    return scene


def controls_of(scene: Scene) -> dict[str, object]:
    """The value of each control of the sidebar and of the page, by its key."""
    setting = scene.setting
    values = sidebar_values(setting)
    if setting.data in GENERATORS:
        rows = controls_at(Place.PARAMETERS, source=setting.data)
        dataset = generated_dataset(setting.data, tuple((row.field, values[row.key]) for row in rows))
    else:
        dataset = sample_dataset(setting.data)
    return {**values, **column_values(setting, dataset), **scene.controls}


def sidebar_values(setting: Setting) -> dict[str, Any]:
    """The values of the controls that do not depend on columns; raises `NotOffered` if a value is not offered."""
    requested = {**vars(setting), **vars(setting.model)}
    parameters = dict(setting.parameters)
    values = {}
    for control in controls_at(*Place, source=setting.data):
        if control.place is Place.PARAMETERS:
            values[control.key] = control.required(parameters.pop(control.field, control.default))
        elif control.field:
            values[control.key] = control.required(requested[control.field])
    for name in parameters:
        raise ParameterError(f"The data {quoted(setting.data)} has no parameter {quoted(name)}.")
    return values


def column_values(setting: Setting, dataset: Dataset) -> dict[str, Any]:
    """The values of the controls of columns and labels."""
    columns = columns_control(dataset, private=False)
    values = {columns.key: columns.required(list(setting.columns or dataset.default_columns()))}
    labels = labels_control(dataset, private=False)
    if labels is not None:
        values[labels.key] = labels.required(setting.label_column or labels.default)
    return values
