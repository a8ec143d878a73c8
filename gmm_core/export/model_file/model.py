"""Model: a fitted mixture with its preparation, so that it answers about rows as they stand in a file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray, IntArray, read_only
from gmm_core.density.appraisal import Appraisal
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
from gmm_core.tables.preparation import Preparation, PreparedData


@dataclass(frozen=True, eq=False)
class AppraisedRows:
    """What a model says of the rows of a table.

    Parameters
    ----------
    n_rows : int
        N, how many rows the table has.
    rows : (M,)
        The positions of those that it can say something of; the others lack a value, or have one beyond 1e150.
    appraisal : Appraisal
        Of these M rows, in original units.
    """

    n_rows: int
    rows: IntArray
    appraisal: Appraisal


@dataclass(frozen=True, eq=False)
class Model:
    """p(x) = Σ_k π_k N(z | μ_k, Σ_k) / Π_d scale_d with z = (x − center) / scale, for rows x in original units.

    Parameters
    ----------
    mixture : Mixture
        Of z, as it was fitted. It is what predictions are made with: in original units, means of data far from the
        origin have fewer digits.
    columns : D names
        In the order of the features.
    center, scale : (D,)
        In the columns' own units.
    scaling, missing : str
        Names of `SCALINGS` and `TREATMENTS`.
    medians : (D,) or None
        What stands in for missing values; None where rows that lack one have no answer.
    specification : FitSpecification
        What was asked of the fit.
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
        """The model of a fit of rows as they are, without any preparation."""
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
        """K."""
        return self.mixture.n_components

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the fit said of components whose spread says little, and of criteria that mean nothing, in sentences."""
        refusal = self.criteria_refusal
        return (*sentences(self.record.narrow), *([] if refusal is None else [refusal]))

    @property
    def criteria_refusal(self) -> str | None:
        """Why there are no AIC, BIC and ICL, as `Criteria.refusal` says it; None where there are."""
        if self.record.bic is not None:
            return None
        structure = structure_named(self.specification.covariance_type)
        return criteria_refusal((self.record.rows, len(self.columns)), self.n_components, structure, True)

    @cached_property
    def original(self) -> Mixture:
        """The mixture of the columns in their own units."""
        return self._standardization.restored(self.mixture)

    @property
    def log_volume(self) -> float:
        """Σ_d log scale_d: log p(x) = log p(z) − log_volume."""
        return self._standardization.log_volume

    @property
    def _standardization(self) -> Standardization:
        return Standardization(self.center, self.scale)

    def appraised(self, X: ArrayLike | pd.DataFrame) -> AppraisedRows:
        """What it says of rows in original units.

        X: a DataFrame that holds the model's columns, in any order and among others, or rows (N, D) in the order of
        `columns`; NaN and infinite values count as missing.

        Raises DataError where a column is not there or holds no numbers, or where rows have not D values.
        """
        values = named_values(X, self.columns)
        completed = self._completed(values)
        with np.errstate(
            over="ignore", invalid="ignore"
        ):  # values so large that no density is told apart from 0
            standard = (completed.values - self.center) / self.scale
            known = np.isfinite(np.square(standard).sum(axis=1))
            appraisal = self._appraisal(standard[known])
            sure = np.isfinite(appraisal.log_density)
        rows = completed.rows[known][sure]
        return AppraisedRows(
            len(values), rows, Appraisal(appraisal.log_density[sure], appraisal.responsibilities[sure])
        )

    def predict_proba(self, X: ArrayLike | pd.DataFrame) -> FloatArray:
        """The responsibilities p(k | x_n), shape (N, K); NaN where a row lacks a value. Errors as `appraised`."""
        found = self.appraised(X)
        probabilities = np.full((found.n_rows, self.n_components), np.nan)
        probabilities[found.rows] = found.appraisal.responsibilities
        return probabilities

    def log_density(self, X: ArrayLike | pd.DataFrame) -> FloatArray:
        """log p(x_n) in nats and original units, shape (N,); NaN where a row lacks a value. Errors as `appraised`."""
        found = self.appraised(X)
        log_density = np.full(found.n_rows, np.nan)
        log_density[found.rows] = found.appraisal.log_density
        return log_density

    def _appraisal(self, standard: FloatArray) -> Appraisal:
        if not len(standard):
            return Appraisal(np.empty(0), np.empty((0, self.n_components)))
        return Appraisal.of(self.mixture, standard, self.log_volume)

    def _completed(self, values: FloatArray) -> Completed:
        return dropped(values) if self.medians is None else filled_with(self.medians, values)
