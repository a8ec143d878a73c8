"""Generators: synthetic data with known groups, each chosen for something it shows about mixtures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from gmm_core.errors import ParameterError
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.generated_points import (
    Points,
    anisotropic,
    blobs,
    blobs_with_outliers,
    concentric,
    crossed,
    moons,
    overlapping,
    unequal_sizes,
    uniform_noise,
)
from gmm_core.tables.parameter import Parameter
from gmm_core.wording import listed, quoted

LABEL_COLUMN = "true label"
"""The name of the column of true labels in generated data."""


@dataclass(frozen=True)
class Generator:
    """A way to draw data. `points` takes every parameter by its name; its result depends on nothing else."""

    key: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    points: Callable[..., Points]


SAMPLES = Parameter("n_samples", "Samples", 300, 20, 100_000, 10, True, "How many points are drawn in all.")
CENTRES = Parameter("centers", "Centres", 3, 1, 20, 1, True, "How many groups the points are drawn from.")
FEATURES = Parameter("n_features", "Features", 2, 1, 50, 1, True, "How many numbers describe each point.")
SPREAD = Parameter(
    "cluster_std",
    "Standard deviation",
    1.2,
    0.05,
    10.0,
    0.05,
    False,
    "How far the points of a group lie from its centre, in each feature.",
)
SEED = Parameter(
    "random_state",
    "Seed",
    42,
    0,
    2**32 - 1,
    1,
    True,
    "The same seed draws the same points again.",
)
STRETCH = Parameter(
    "stretch",
    "Stretch",
    6.0,
    1.0,
    50.0,
    0.5,
    False,
    "How many times longer than wide each group is.",
)
SIZE_RATIO = Parameter(
    "size_ratio",
    "Size ratio",
    20.0,
    1.0,
    100.0,
    1.0,
    False,
    "How many times more points the largest group has than the smallest.",
)
SPREAD_RATIO = Parameter(
    "spread_ratio",
    "Spread ratio",
    5.0,
    1.0,
    20.0,
    0.5,
    False,
    "How many times wider the largest group is than the smallest.",
)
SEPARATION = Parameter(
    "separation",
    "Separation",
    2.5,
    0.0,
    10.0,
    0.1,
    False,
    "The distance between neighbouring centres in standard deviations; two groups need over 2 for two peaks.",
)
RINGS_FACTOR = Parameter(
    "factor",
    "Inner radius",
    0.4,
    0.0,
    0.95,
    0.05,
    False,
    "The inner ring's radius where the outer one's is 1.",
)
NOISE = Parameter(
    "noise",
    "Noise",
    0.06,
    0.0,
    1.0,
    0.01,
    False,
    "The standard deviation of the points about the curve.",
)
OUTLIER_SHARE = Parameter(
    "outlier_share",
    "Outlier share",
    0.1,
    0.0,
    0.5,
    0.01,
    False,
    "Which part of the points belongs to no group.",
)
GROUPS = Parameter("centers", "Centres", 3, 2, 20, 1, True, "How many groups the points are drawn from.")

GENERATORS: dict[str, Generator] = {
    generator.key: generator
    for generator in (
        Generator(
            "blobs",
            "Blobs",
            "Round groups of equal spread: what k-means and a mixture both find.",
            (SAMPLES, CENTRES, FEATURES, SPREAD, SEED),
            blobs,
        ),
        Generator(
            "anisotropic",
            "Stretched blobs",
            "Long parallel groups: k-means cuts them across, full and tied covariances follow them.",
            (SAMPLES, CENTRES, STRETCH, SPREAD, SEED),
            anisotropic,
        ),
        Generator(
            "unequal",
            "Unequal sizes",
            "A large wide group beside small tight ones: weights and spreads of their own tell them apart.",
            (SAMPLES, CENTRES, SIZE_RATIO, SPREAD_RATIO, SEED),
            unequal_sizes,
        ),
        Generator(
            "overlapping",
            "Overlapping groups",
            "Groups that run into each other: a point between them belongs to several, in parts.",
            (SAMPLES, GROUPS, SEPARATION, SEED),
            overlapping,
        ),
        Generator(
            "crossed",
            "Crossed groups",
            "Two long groups with one centre: only their shapes tell them apart, which K-means cannot see.",
            (SAMPLES, STRETCH, SEED),
            crossed,
        ),
        Generator(
            "concentric",
            "Concentric rings",
            "Two rings with one centre: no Gaussian is a ring, so several components share one.",
            (SAMPLES, RINGS_FACTOR, NOISE, SEED),
            concentric,
        ),
        Generator(
            "moons",
            "Two moons",
            "Two curved groups: many components describe the density well without being the groups.",
            (SAMPLES, NOISE, SEED),
            moons,
        ),
        Generator(
            "uniform",
            "Uniform noise",
            "No groups at all: a mixture finds components all the same, and only the criteria warn.",
            (SAMPLES, FEATURES, SEED),
            uniform_noise,
        ),
        Generator(
            "outliers",
            "Blobs with outliers",
            "Round groups among strays: every point counts, so strays widen components or take one.",
            (SAMPLES, CENTRES, SPREAD, OUTLIER_SHARE, SEED),
            blobs_with_outliers,
        ),
    )
}
"""The generators by their keys, in the order in which they are offered."""


def generator_named(key: str) -> Generator:
    """The generator with this key; raises ParameterError if there is none."""
    if key not in GENERATORS:
        raise ParameterError(f"There is no generator {quoted(key)}: choose one of {', '.join(GENERATORS)}.")
    return GENERATORS[key]


def generate(key: str, **parameters: object) -> Dataset:
    """Draw the data set of a generator; parameters that are not given have their defaults.

    The columns are feature 1, feature 2, ... and, if the data has groups, `LABEL_COLUMN`. The same parameters, the
    seed among them, give the same data.

    Raises
    ------
    ParameterError
        If the generator or a parameter is unknown, or a value is outside its bounds.
    """
    generator = generator_named(key)
    known = {parameter.name: parameter for parameter in generator.parameters}
    unknown = [name for name in parameters if name not in known]
    if unknown:
        raise ParameterError(
            f"{generator.title} has no parameter {listed(unknown)}: it takes {', '.join(known)}."
        )
    values = {
        name: parameter.validated(parameters.get(name, parameter.default))
        for name, parameter in known.items()
    }
    X, groups = generator.points(**values)
    table = pd.DataFrame(X, columns=[f"feature {number}" for number in range(1, X.shape[1] + 1)])
    if groups is not None:
        table[LABEL_COLUMN] = groups
    settings = ", ".join(f"{known[name].label.lower()} {value}" for name, value in values.items())
    source = f"Drawn at random here: {generator.title.lower()} with {settings}."
    return Dataset.of(generator.title, table, source, LABEL_COLUMN if groups is not None else None)


def clamped(key: str, values: Mapping[str, object]) -> dict[str, float]:
    """Valid values of all parameters of a generator, from untrusted `values`, as in a link.

    Each parameter gets the valid value nearest to the one in `values`, or its default if there is no finite number.
    Unknown names are ignored.

    Raises
    ------
    ParameterError
        If the generator is unknown.
    """
    return {
        parameter.name: parameter.clamped(values.get(parameter.name))
        for parameter in generator_named(key).parameters
    }
