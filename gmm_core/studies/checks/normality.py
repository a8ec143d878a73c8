"""The check whether the rows of each component look Gaussian, by Mardia's tests."""

from __future__ import annotations

import numpy as np

from gmm_core.studies.checks.check import Check, Finding, cannot_tell, judged
from gmm_core.studies.checks.evidence import Evidence
from gmm_core.studies.checks.mardia import Mardia, mardia
from gmm_core.wording import counted, quoted

SIGNIFICANCE = 0.001
"""The significance level of all tests together; each of n tests has 1/n of it (Bonferroni)."""
FEWEST_ROWS = 30
"""A component with fewer rows is not tested."""
ROWS_PER_FEATURE = 10
"""A component with fewer rows per feature is not tested either, because the approximate p-values would be wrong: with
D = 13 and N = 30, a quarter of Gaussian samples have p < 0.05."""


def component_tests(evidence: Evidence) -> dict[int, Mardia]:
    """Mardia's measures of each component with enough rows in the sample, by its position.

    Components at the variance floor, or whose rows do not span all dimensions, are left out.
    """
    enough = max(FEWEST_ROWS, ROWS_PER_FEATURE * evidence.n_features)
    tests = {}
    for position, weights in enumerate(evidence.responsibilities.T):
        if weights.sum() >= enough and not evidence.fit.best.at_floor[position]:
            test = mardia(evidence.rows, weights)
            if test is not None:
                tests[position] = test
    return tests


def _normality(evidence: Evidence) -> Finding:
    tests = component_tests(evidence)
    if not tests:
        return cannot_tell("No component has enough rows for the test.")
    limit = SIGNIFICANCE / (2 * len(tests))
    strange = [number + 1 for number, test in tests.items() if min(test.skewness_p, test.kurtosis_p) < limit]
    number = min(tests, key=lambda position: _smallest_p(tests[position]))
    test = tests[number]
    sample = f" in a sample of {len(evidence.rows):,} rows" if evidence.is_sample else ""
    expected = test.n_features * (test.n_features + 2)
    by_kurtosis = test.kurtosis_p < test.skewness_p
    strangest = (
        f"Mardia's kurtosis is {test.kurtosis:.3g}, a Gaussian's {expected} (p {p_in_words(test.kurtosis_p)})"
        if by_kurtosis
        else f"Mardia's skewness is {test.skewness:.3g}, a Gaussian's 0 (p {p_in_words(test.skewness_p)})"
    )
    if strange and test.n_features > 1:
        strangest += f", most of all along {quoted(_strangest_column(evidence, number, by_kurtosis))}"
    which = f"{counted(len(strange), 'component')} of {evidence.n_components} {is_or_are(len(strange))} not Gaussian"
    return judged(
        not strange,
        f"{which if strange else 'None stands out'}{sample}; furthest is {number + 1}: {strangest}.",
        f"Component {number + 1}: skewness {test.skewness:.3g}, χ² = {test.skewness_statistic:.3g} on "
        f"{test.degrees_of_freedom} degrees of freedom, p {p_in_words(test.skewness_p)}; kurtosis {test.kurtosis:.3g}, "
        f"z = {test.kurtosis_statistic:.3g}, p {p_in_words(test.kurtosis_p)}.".replace("-", "−"),
    )


def _strangest_column(evidence: Evidence, number: int, by_kurtosis: bool) -> str:
    """The column in which a component is least Gaussian, by |skewness| or, with `by_kurtosis`, by |kurtosis − 3|."""
    weights = evidence.responsibilities[:, number] / evidence.responsibilities[:, number].sum()
    centred = evidence.rows - weights @ evidence.rows
    scaled = centred / np.sqrt(weights @ np.square(centred))
    strangeness = np.abs(weights @ scaled**4 - 3 if by_kurtosis else weights @ scaled**3)
    return evidence.prepared.columns[int(strangeness.argmax())]


def _smallest_p(test: Mardia) -> float:
    return min(test.skewness_p, test.kurtosis_p)


def is_or_are(count: int) -> str:
    """The verb for a count: "is" for 1, otherwise "are"."""
    return "is" if count == 1 else "are"


def p_in_words(p: float) -> str:
    """A p-value as text: "= 0.034", or "< 0.0001"."""
    return "< 0.0001" if p < 1e-4 else f"= {p:.2g}"


NORMALITY = Check(
    "normality",
    "Strong non-normality within components",
    f"Mardia's tests of skewness and kurtosis on rows weighted by responsibility, for components with {FEWEST_ROWS} "
    f"rows and {ROWS_PER_FEATURE} per feature: no p below {SIGNIFICANCE:g} shared among all tests. The p-values are "
    "the approximations for many rows, χ² for N b₁ / 6 and a Gaussian for the kurtosis (Mardia 1970).",
    "A group that is no ellipse takes several components: transform the columns (a logarithm, say), or read "
    "components as pieces of clusters, not as clusters.",
    _normality,
)
