"""The words for how a restart ended and for the criteria, on the screen and in the report."""

from __future__ import annotations

from gmm_core.fitting.restart_result import Ending

ENDINGS: dict[Ending, str] = {
    Ending.CONVERGED: "converged",
    Ending.ITERATION_LIMIT: "not converged",
    Ending.STOPPED: "stopped",
    Ending.FAILED: "failed",
    Ending.LEFT_BEHIND: "left behind",
}
"""How a restart ended, in words."""
CRITERION_MEANINGS = {
    "BIC": "−2 log L + p log N: fit against size. Lower is better (mclust shows the negative).",
    "AIC": "−2 log L + 2 p: fit against size, milder on size than BIC. Lower is better.",
    "ICL": "BIC − 2 Σ log max r, a penalty for unsure labels: favours components apart. Lower is better.",
}
"""The formula and the purpose of each criterion of `gmm_core.studies.model_grid.CRITERIA`, by its name."""
