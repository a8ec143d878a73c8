"""Model: a fitted mixture with its preparation, which predicts for rows in original units, as they are in a file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray, IntArray, read_only
from gmm_core.density.predictions import Predictions
from gmm_core.export.model_file.named_columns import named_values
from gmm_core.export.model_file.record import FitRecord
from gmm_core.fitting.narrow_components import sentences
from gmm_core.fitting.result import Fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.fitting.validation import criteria_refusal
from gmm_core.model.covariance.catalogue import structure_named
from gmm_core.model.mixture import Mixture
from gmm_core.model.standardization import Standardization
from gmm_core.tables.cells.missing import Completed, dropped, filled_with

if TYPE_CHECKING:
    import pandas as pd

    from gmm_core.tables.preparation import Preparation, PreparedData


@dataclass(frozen=True, eq=False)
class PredictedRows:
    """Densities and responsibilities of the rows of a table under a model.

    Parameters
    ----------
    n_rows : int
        N, the number of rows of the table.
    rows : (M,)
        The positions of the rows whose density could be computed; the others lack a value, or have one so large that
        the density cannot be told from 0 in float64.
    predictions : Predictions
        Log-density, in original units, and responsibilities of these M rows.
    """

    n_rows: int
    rows: IntArray
    predictions: Predictions


@dataclass(frozen=True, eq=False)
class Model:
    """p(x) = Σ_k π_k N(z | μ_k, Σ_k) / Π_d scale_d with z = (x − center) / scale, for rows x in original units.

    Parameters
    ----------
    mixture : Mixture
        The mixture of z, as it was fitted. Predictions are made with it rather than with `original`, which has lost
        digits where the data lie far from the origin.
    columns : tuple of str
        D names, in the order of the features.
    center, scale : (D,)
        In the columns' own units.
    scaling, missing : str
        Keys of `SCALINGS` and `TREATMENTS`.
    medians : (D,) or None
        The values that replace missing ones, in the columns' own units; None where rows with a missing value get no
        prediction.
    specification : FitSpecification
        The specification of the fit.
    record : FitRecord
        How the fit went.
    """

    mixture: Mixture
    columns: tuple[str, ...]
    center: FloatArray
    scale: FloatArray
    scaling: str
    missing: str
    medians: FloatArray | None
    specification: FitSpecification
    record: FitRecord

    @classmethod
    def of(cls, fit: Fit, prepared: PreparedData, preparation: Preparation, data: str) -> Model:
        """The model of a fit of prepared data; `data` is the name of the data set."""
        return cls(
            mixture=fit.mixture,
            columns=prepared.columns,
            center=prepared.center,
            scale=prepared.scale,
            scaling=preparation.scaling,
            missing=preparation.missing,
            medians=prepared.medians,
            specification=fit.specification,
            record=FitRecord.of(fit, data, prepared.dropped),
        )

    @classmethod
    def of_rows(cls, fit: Fit, columns: tuple[str, ...], data: str = "data") -> Model:
        """The model of a fit of rows without any preparation: center 0, scale 1; `data` is the name of the data."""
        n_features = fit.mixture.n_features
        return cls(
            mixture=fit.mixture,
            columns=columns,
            center=read_only(np.zeros(n_features)),
            scale=read_only(np.ones(n_features)),
            scaling="none",
            missing="drop",
            medians=None,
            specification=fit.specification,
            record=FitRecord.of(fit, data),
        )

    @property
    def n_components(self) -> int:
        """K, the number of components."""
        return self.mixture.n_components

    @property
    def warnings(self) -> tuple[str, ...]:
        """One sentence for each suspiciously narrow component, and one if AIC, BIC and ICL are not defined."""
        refusal = self.criteria_refusal
        return (*sentences(self.record.narrow), *([] if refusal is None else [refusal]))

    @property
    def criteria_refusal(self) -> str | None:
        """The sentence of `Criteria.refusal` that says why there are no AIC, BIC and ICL; None if there are."""
        if self.record.bic is not None:
            return None
        structure = structure_named(self.specification.covariance_type)
        return criteria_refusal((self.record.rows, len(self.columns)), self.n_components, structure, True)

    @cached_property
    def original(self) -> Mixture:
        """The mixture in the columns' own units."""
        return self._standardization.restored(self.mixture)

    @property
    def log_volume(self) -> float:
        """Σ_d log scale_d: log p(x) = log p(z) − log_volume."""
        return self._standardization.log_volume

    @property
    def _standardization(self) -> Standardization:
        return Standardization(self.center, self.scale)

    def predicted(self, X: ArrayLike | pd.DataFrame) -> PredictedRows:
        """Compute log-densities and responsibilities of rows in original units.

        Parameters
        ----------
        X : ArrayLike or pd.DataFrame
            A DataFrame that contains the model's columns, in any order and possibly among others, or an array (N, D)
            whose columns are in the order of `columns`; NaN and infinite values count as missing.

        Raises
        ------
        DataError
            If a column is missing or not numeric, or rows do not have D values.
        """
        values = named_values(X, self.columns)
        completed = self._completed(values)
        with np.errstate(
            over="ignore", invalid="ignore"
        ):  # values so large that their density cannot be told from 0
            standard = (completed.values - self.center) / self.scale
            known = np.isfinite(np.square(standard).sum(axis=1))
            predictions = self._predictions(standard[known])
            sure = np.isfinite(predictions.log_density)
        rows = completed.rows[known][sure]
        return PredictedRows(
            len(values), rows, Predictions(predictions.log_density[sure], predictions.responsibilities[sure])
        )

    def predict_proba(self, X: ArrayLike | pd.DataFrame) -> FloatArray:
        """The responsibilities p(k | x_n), shape (N, K); NaN where a row lacks a value. Raises as `predicted`."""
        predicted = self.predicted(X)
        probabilities = np.full((predicted.n_rows, self.n_components), np.nan)
        probabilities[predicted.rows] = predicted.predictions.responsibilities
        return probabilities

    def log_density(self, X: ArrayLike | pd.DataFrame) -> FloatArray:
        """log p(x_n) in nats, in original units, shape (N,); NaN where a row lacks a value. Raises as `predicted`."""
        predicted = self.predicted(X)
        log_density = np.full(predicted.n_rows, np.nan)
        log_density[predicted.rows] = predicted.predictions.log_density
        return log_density

    def _predictions(self, standard: FloatArray) -> Predictions:
        if not len(standard):
            return Predictions(np.empty(0), np.empty((0, self.n_components)))
        return Predictions.of(self.mixture, standard, self.log_volume)

    def _completed(self, values: FloatArray) -> Completed:
        return dropped(values) if self.medians is None else filled_with(self.medians, values)
