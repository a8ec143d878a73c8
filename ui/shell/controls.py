"""The table of the sidebar's controls: widgets, links, lessons, "use this model" and docs/settings.md come from it.

A new setting is one row of `CONTROLS`. `python -m ui.shell.controls` writes the table of docs/settings.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import streamlit as st

from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.covariance.catalogue import STRUCTURES
from gmm_core.starts.kinds import ALL_STARTS, MIXED, RAW_K_MEANS, SHORT_RUNS, SPLITS
from gmm_core.tables.cells.missing import TREATMENTS
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.generators import GENERATORS
from gmm_core.tables.parameter import Parameter
from gmm_core.tables.samples import SAMPLES, load_sample
from gmm_core.tables.scaling import SCALINGS
from ui.compute.limits import LIMITS, SETTINGS, documented
from ui.shell.control import Control, Place
from ui.shell.control_kinds import Choice, Choices, Number, Switch
from ui.uploads.upload import UPLOAD

DEFAULT = FitSpecification(n_init=4)
"""The specification with which the app starts."""
DEFAULT_SOURCE = "blobs"
"""The key of the generator that is chosen at the start."""
NO_LABELS = "None"
"""The choice of no label column."""
HIGHEST_SEED = 2**32 - 1
"""Largest seed that a person can choose, 2³² − 1."""
TOLERANCES = [10.0**power for power in range(-10, -1)]
"""The choices for the tolerance: an increase of the mean log-likelihood per row, in nats."""
REGULARIZATIONS = [DEFAULT.regularization, *(10.0**power for power in range(-10, 0))]
"""The choices for the regularisation, from the default, a floor that only guards the arithmetic.

They differ by more than 5e-12, since the slider takes closer values for the same.
"""
MODEL = (Place.MODEL, Place.ADVANCED)
"""The places of the controls that set the fit specification."""


def number(
    key: str, parameter: Parameter, place: Place = Place.PAGE, *, slider: bool = False, source: str = ""
) -> Control:
    """The row of a number: the parameter has its words, its default and its bounds."""
    return Control(
        key=key,
        label=parameter.label,
        help=parameter.help,
        default=parameter.validated(parameter.default),
        kind=Number(parameter, slider),
        place=place,
        field=parameter.name,
        source=source,
    )


def explained(rows: Iterable[Any]) -> str:
    """What each option means, for a help tip."""
    return " ".join(f"**{row.label}**: {row.help}" for row in rows)


def _title(source: str) -> str:
    if source == UPLOAD:
        return "Upload a file"
    return (GENERATORS.get(source) or SAMPLES[source]).title


def _power_of_ten(value: float) -> str:
    return "0" if value == 0 else f"1e{round(math.log10(value))}"


CONTROLS: dict[str, Control] = {
    control.key: control
    for control in (
        Control(
            key="data",
            label="Data",
            help="Generated data, a sample data set, or your own file, which stays in this browser session and is seen "
            "by no one else.",
            default=DEFAULT_SOURCE,
            kind=Choice((*GENERATORS, *SAMPLES, UPLOAD), _title),
            place=Place.DATA,
            field="data",
        ),
        *(
            number(f"{generator.key}_{parameter.name}", parameter, Place.PARAMETERS, source=generator.key)
            for generator in GENERATORS.values()
            for parameter in generator.parameters
        ),
        Control(
            key="scale",
            label="Scale",
            help=explained(SCALINGS.values()),
            default=next(iter(SCALINGS)),
            kind=Choice(SCALINGS, lambda name: SCALINGS[name].label),
            place=Place.PREPARATION,
            field="scaling",
        ),
        Control(
            key="missing",
            label="Missing values",
            help=explained(TREATMENTS.values()),
            default=next(iter(TREATMENTS)),
            kind=Choice(TREATMENTS, lambda name: TREATMENTS[name].label),
            place=Place.PREPARATION,
            field="missing",
        ),
        number(
            "k",
            Parameter(
                name="n_components",
                label="Components K",
                default=DEFAULT.n_components,
                minimum=1,
                maximum=LIMITS.components,
                step=1,
                whole=True,
                help="How many Gaussians the mixture is made of.",
            ),
            Place.MODEL,
            slider=True,
        ),
        Control(
            key="covariance",
            label="Covariance type",
            help=" ".join(f"**{row.name}** ({row.alias}): {row.summary}." for row in STRUCTURES.values()),
            default=DEFAULT.covariance_type,
            kind=Choice(STRUCTURES, widget=st.segmented_control),
            place=Place.MODEL,
            field="covariance_type",
        ),
        number(
            "n_init",
            Parameter(
                name="n_init",
                label="Restarts",
                default=DEFAULT.n_init,
                minimum=1,
                maximum=LIMITS.restarts,
                step=1,
                whole=True,
                help="EM finds a local optimum only, so it starts several times (n_init); the best restart is shown.",
            ),
            Place.MODEL,
        ),
        Control(
            key="init",
            label="Starting points",
            help=f"**{MIXED}**: all kinds but {RAW_K_MEANS.name} in turn, three of four {SHORT_RUNS.name}. "
            f"**{SPLITS}**: those, and from the fit of one component fewer, each of its components split in two. "
            + " ".join(f"**{kind.name}**: {kind.summary}." for kind in ALL_STARTS.values()),
            default=DEFAULT.init,
            kind=Choice((MIXED, SPLITS, *ALL_STARTS)),
            place=Place.ADVANCED,
            field="init",
        ),
        number(
            "seed",
            Parameter(
                name="seed",
                label="Seed",
                default=DEFAULT.seed,
                minimum=0,
                maximum=HIGHEST_SEED,
                step=1,
                whole=True,
                help="All randomness of the fit comes from it: the same seed gives the same answer.",
            ),
            Place.ADVANCED,
        ),
        Control(
            key="tolerance",
            label="Tolerance",
            help="EM stops once the mean log-likelihood rises by no more than this, in nats per row.",
            default=DEFAULT.tolerance,
            kind=Choice(TOLERANCES, _power_of_ten, st.select_slider),
            place=Place.ADVANCED,
            field="tolerance",
        ),
        number(
            "max_iter",
            Parameter(
                name="max_iterations",
                label="Most iterations",
                default=DEFAULT.max_iterations,
                minimum=1,
                maximum=LIMITS.iterations,
                step=100,
                whole=True,
                help="EM stops after this many iterations even if the log-likelihood still rises.",
            ),
            Place.ADVANCED,
        ),
        Control(
            key="regularization",
            label="Regularisation",
            help="The smallest variance a component may have in any direction, as a share of the data's own. Without "
            "it a component can shrink onto one point, where the likelihood has no bound.",
            default=DEFAULT.regularization,
            kind=Choice(REGULARIZATIONS, _power_of_ten, st.select_slider),
            place=Place.ADVANCED,
            field="regularization",
        ),
        Control(
            "present",
            "Presenter mode",
            "For a projector: larger type, thicker lines, and this sidebar folded; the arrows at the top unfold it.",
            False,
            Switch(),
            Place.SCREEN,
        ),
    )
}
"""All controls that do not hang on the columns of the data, by their names in links, in the order of the sidebar."""


def columns_control(dataset: Dataset, private: bool) -> Control:
    """The control of the columns that are fitted."""
    return Control(
        key=f"columns_{_columns_of(dataset, private)}",
        label="Columns to fit",
        help="Only columns of numbers can be fitted; the others can colour the picture.",
        default=list(dataset.default_columns()),
        kind=Choices(dataset.numeric_columns),
        place=Place.PREPARATION,
        field="columns",
        private=private,
    )


def labels_control(dataset: Dataset, private: bool) -> Control | None:
    """The control of the column of labels; None where there is nothing to choose.

    The first option is the true labels, or no column where they are not known.
    """
    own = dataset.label_column
    first = NO_LABELS if own is None else own
    options = (first, *(name for name in dataset.label_columns if name != own))
    if len(options) < 2:
        return None
    return Control(
        key=f"labels_{_columns_of(dataset, private)}",
        label="Labels",
        help="Categories that points can be coloured by and clusters are compared with. They are never fitted.",
        default=first,
        kind=Choice(options),
        place=Place.PREPARATION,
        field="label_column",
        private=private,
    )


def _columns_of(dataset: Dataset, private: bool) -> str:
    """Another set of columns is another control: a choice made for two features says nothing about eight."""
    named = dataset.digest[:8] if private else dataset.name.lower().replace(" ", "_")
    return f"{named}_{len(dataset.numeric_columns)}"


def column_controls(dataset: Dataset, private: bool) -> list[Control]:
    """The controls that hang on the columns of the data."""
    rows = (columns_control(dataset, private), labels_control(dataset, private))
    return [row for row in rows if row is not None]


def controls_at(*places: Place, source: str = "") -> list[Control]:
    """The controls that stand there while that data is chosen."""
    return [
        control for control in CONTROLS.values() if control.place in places and control.source in ("", source)
    ]


def table() -> str:
    """All controls as a table in Markdown; those of columns as they are for the penguins, as an example."""
    penguins = load_sample("penguins")
    rows = [*CONTROLS.values()]
    after = next(place for place, row in enumerate(rows) if row.place is Place.PREPARATION)
    rows[after:after] = column_controls(penguins, private=False)
    lines = ["| in a link | in a lesson | control | takes | default |", "|---|---|---|---|---|"]
    for row in rows:
        label = f"{_title(row.source)}: {row.label}" if row.source else row.label
        default = ", ".join(row.kind.written(row.default))
        lesson = f"parameters.{row.field}" if row.place is Place.PARAMETERS else row.field
        lines.append(
            f"| `{row.key}` | {f'`{lesson}`' if lesson else '–'} | {label} | {row.kind.offer()} | {default} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    SETTINGS.write_text(documented("controls", table()), encoding="utf-8")
