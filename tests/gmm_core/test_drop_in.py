"""scikit-learn's own tests of its GaussianMixture, run with ours in its place."""

import json
import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
NOT_OURS = {
    "test_check_weights": (
        "expects the sentence of a private function word for word, in which the largest and the smallest value "
        "stand in each other's place"
    ),
    "test_gaussian_mixture_setting_best_params": (
        "needs a component on a single row to have the variance 1e-30 and not 0, which it has there because a "
        "private function adds ten machine epsilons to N_k; here that is a refusal with a sentence"
    ),
    "test_gaussian_mixture_precisions_init": "calls the private _set_parameters and _initialize",
    "test_gaussian_mixture_all_init_does_not_estimate_gaussian_parameters": (
        "counts the calls of the private _estimate_gaussian_parameters"
    ),
}
"""What does not hold, and why; each must fail, so that the list never outlives its reasons."""
PROGRAM = """
import json, sys
import pytest
from gmm_core import GaussianMixture

not_ours = json.loads(sys.argv[1])
passed = set()

class InItsPlace:
    def pytest_collection_modifyitems(self, items):
        for item in items:
            item.module.GaussianMixture = GaussianMixture
            if item.originalname in not_ours:
                item.add_marker(pytest.mark.xfail(strict=True, reason=not_ours[item.originalname]))

    def pytest_runtest_logreport(self, report):
        if report.when == "call" and report.passed:
            passed.add(report.nodeid.split("::")[-1].split("[")[0])

options = ["-q", "--tb=short", "-p", "no:cacheprovider", "-c", sys.argv[2], "--rootdir", sys.argv[3]]
code = pytest.main([*options, "--pyargs", "sklearn.mixture.tests.test_gaussian_mixture"], plugins=[InItsPlace()])
print(json.dumps(sorted(passed)))
sys.exit(code)
"""


def test_scikit_learns_own_tests_pass_but_for_the_named(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(NOT_OURS), os.devnull, str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
    )
    assert finished.returncode == 0, finished.stdout[-4_000:] + finished.stderr[-2_000:]
    passed = json.loads(finished.stdout.splitlines()[-1])
    assert len(passed) >= 30
    assert {"test_gaussian_mixture_fit", "test_warm_start", "test_regularisation", "test_sample"} <= set(
        passed
    )
