"""scikit-learn's own tests of its GaussianMixture, run with ours in its place."""

import json
import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
NOT_OURS = {
    "test_gaussian_mixture_precisions_init": "calls the private _set_parameters and _initialize",
    "test_gaussian_mixture_all_init_does_not_estimate_gaussian_parameters": (
        "counts the calls of the private _estimate_gaussian_parameters"
    ),
}
"""What does not hold, and why; each must fail, so that the list never outlives its reasons."""
MENDED = {
    "test_check_weights": (
        "wants a sentence that calls the smallest weight the largest and the other way round",
        [("max value {np.min(", "max value {np.max("), ("min value {np.max(", "min value {np.min(")],
    ),
    "test_gaussian_mixture_setting_best_params": (
        "asks for no ridge, and gets a variance of some 1e-30 for a component on one row, since the private "
        "_estimate_gaussian_parameters adds ten machine epsilons to N_k; without any ridge that is refused here",
        [("reg_covar=0,", "reg_covar=1e-30,")],
    ),
}
"""What holds once a word of the test is changed, why, and the change; unchanged, each must fail."""
NEEDS_A_PLAIN_START = (
    "test_gaussian_mixture_fit_convergence_warning",
    "test_gaussian_mixture_precisions_init_diag",
    "test_warm_start",
    "test_score",
)
"""What counts on a start from which a single iteration does not come to the optimum, or on the iterations that k-means
leaves. Our default start is the best of many, so these are run with `init_params="kmeans"`, scikit-learn's default."""
PROGRAM = """
import inspect, json, sys
from functools import partial
from types import FunctionType
import pytest
from gmm_core import GaussianMixture

not_ours, mended, plain = json.loads(sys.argv[1])
passed = set()

def changed(function, changes):
    source = inspect.getsource(function)
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    names = dict(function.__globals__)
    exec(source, names)
    return names[function.__name__]

class InItsPlace:
    def pytest_collection_modifyitems(self, items):
        for item in list(items):
            item.module.GaussianMixture = GaussianMixture
            name = item.originalname
            if name in plain:
                names = {**item.obj.__globals__, "GaussianMixture": partial(GaussianMixture, init_params="kmeans")}
                item.obj = FunctionType(item.obj.__code__, names)
            if name in mended:
                again = pytest.Function.from_parent(
                    item.parent, name=f"{name}_mended", callobj=changed(item.function, mended[name][1])
                )
                items.append(again)
                not_ours[name] = mended[name][0]
            if name in not_ours:
                item.add_marker(pytest.mark.xfail(strict=True, reason=not_ours[name]))

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
        [
            sys.executable,
            "-c",
            PROGRAM,
            json.dumps([NOT_OURS, MENDED, NEEDS_A_PLAIN_START]),
            os.devnull,
            str(tmp_path),
        ],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
    )
    assert finished.returncode == 0, finished.stdout[-4_000:] + finished.stderr[-2_000:]
    passed = json.loads(finished.stdout.splitlines()[-1])
    assert len(passed) >= 30
    assert {f"{name}_mended" for name in MENDED} <= set(passed)
    assert set(NEEDS_A_PLAIN_START) <= set(passed)
    assert {"test_gaussian_mixture_fit", "test_regularisation", "test_sample"} <= set(passed)
