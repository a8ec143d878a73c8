"""The threads that all fits share, and how many of them a caller may keep busy."""

import multiprocessing
import os
import subprocess
import sys

import pytest
from joblib import Parallel, delayed

from gmm_core.engines import threads
from gmm_core.engines.threads import cores, cores_of_process

SCRIPT = """
import os
from gmm_core.engines.threads import workers

assert workers() is workers()
assert workers().submit(lambda: 1).result(timeout=60) == 1
child = os.fork()
if not child:
    os._exit(workers().submit(lambda: 7).result(timeout=120))
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork on Windows")
def test_a_forked_process_has_workers_of_its_own() -> None:
    finished = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    assert finished.stdout.strip() == "7"


@pytest.fixture
def eight_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(8)), raising=False)
    monkeypatch.setattr(threads, "_quota", lambda: None)


@pytest.mark.usefixtures("eight_cores")
@pytest.mark.parametrize(("quota", "expected"), [(None, 8), (3, 3), (20, 8)])
def test_a_process_has_the_cores_that_affinity_and_quota_leave_it(
    quota: int | None, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "_quota", lambda: quota)
    assert cores() == cores_of_process() == expected


@pytest.mark.usefixtures("eight_cores")
def test_a_task_of_joblib_takes_one_thread_and_the_caller_all() -> None:
    assert Parallel(n_jobs=2, backend="threading")(delayed(cores)() for _ in range(2)) == [1, 1]
    assert Parallel(n_jobs=1)(delayed(cores)() for _ in range(2)) == [8, 8]
    assert cores() == 8


@pytest.mark.usefixtures("eight_cores")
@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork on Windows")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_worker_of_multiprocessing_takes_one_thread() -> None:
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply(cores) == 1


def test_libraries_that_a_fit_loads_in_its_midst_are_bounded_too() -> None:
    program = (
        "import sys\n"
        "from gmm_core.engines.threads import one_blas_thread, one_openmp_thread\n"
        "assert not {'scipy', 'sklearn'} & set(sys.modules)\n"
        "with one_blas_thread(), one_openmp_thread():\n"
        "    from sklearn.cluster import KMeans\n"
        "    from threadpoolctl import threadpool_info\n"
        "    print(*sorted((each['user_api'], each['num_threads']) for each in threadpool_info()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(done.stdout.replace(") (", ")|(").strip().split("|")) == {"('blas', 1)", "('openmp', 1)"}
    assert done.stdout.count("blas") == 2


def test_a_worker_process_of_joblib_takes_one_thread() -> None:
    program = (
        "from joblib import Parallel, delayed\n"
        "from gmm_core.engines.threads import is_one_of_several\n"
        "print(Parallel(n_jobs=2)(delayed(is_one_of_several)() for _ in range(2)), is_one_of_several())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[True,", "True]", "False"]
