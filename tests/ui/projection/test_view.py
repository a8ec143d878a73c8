"""The views of the data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.preparation import Preparation, prepare
from ui.projection.view import View, picture


@pytest.mark.parametrize(
    ("columns", "positions", "equal"),
    [
        (("lon", "lat", "price"), (0, 1), True),
        (("Longitude", "Latitude", "price"), (0, 1), True),
        (("lon", "lat", "price"), (1, 0), True),
        (("lon", "lat", "price"), (0, 2), False),
        (("width", "height", "price"), (0, 1), False),
    ],
)
def test_degrees_of_longitude_and_latitude_are_drawn_equally_long(
    columns: tuple[str, ...], positions: tuple[int, ...], equal: bool
) -> None:
    table = pd.DataFrame(np.random.default_rng(0).uniform(10, 60, (60, 3)), columns=list(columns))
    prepared = prepare(Dataset.of("places", table, "made for the test"), Preparation(columns))
    drawing = picture(
        View("plane", positions, "component", (0.9,)),
        prepared,
        fit(prepared.X, FitSpecification(2, n_init=1)),
        (0, 1),
    )
    scales = drawing.figure.layout.yaxis
    assert (scales.scaleanchor, scales.scaleratio) == (("x", 1) if equal else (None, None))
