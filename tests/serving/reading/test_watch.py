"""Watch: what a process takes is seen, and one that takes more than it may is told first, then ended."""

from __future__ import annotations

import os
import resource
import signal

import pytest

from serving.reading import watch as module
from serving.reading.request import Bounds
from serving.reading.watch import Usage, Watch, system_keeps_memory, usage, usage_from_ps

BOUNDS = Bounds(cpu_seconds=2, megabytes=100)
MEBIBYTE = 1 << 20


def watch_of(monkeypatch: pytest.MonkeyPatch, *seen: Usage | None) -> Watch:
    coming = iter(seen)
    monkeypatch.setattr(module, "usage", lambda _pid: next(coming))
    return Watch(1, BOUNDS)


def test_what_it_shares_with_its_parent_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = watch_of(
        monkeypatch,
        Usage(200 * MEBIBYTE, 0),
        Usage(200 * MEBIBYTE + BOUNDS.memory_bytes, 0),
        Usage(200 * MEBIBYTE + BOUNDS.memory_bytes + 1, 0),
    )
    assert watch.excess() is None
    assert watch.excess() is signal.SIGKILL


def test_computing_is_told_first_and_ended_then(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = watch_of(monkeypatch, Usage(0, 0), Usage(0, 2), Usage(0, 2.01), Usage(0, 2.1))
    assert [watch.excess() for _ in range(3)] == [None, signal.SIGXCPU, signal.SIGKILL]


def test_one_that_has_ended_needs_no_signal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert watch_of(monkeypatch, Usage(0, 0), None).excess() is None


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("  2048 00:01:05\n", 65),
        ("2048   1:05.25\n", 65.25),
        ("2048 1-02:00:01", 93_601),
        ("2048 0:00.00", 0),
    ],
)
def test_what_ps_says_of_a_process_on_any_unix(told: str, seconds: float) -> None:
    assert usage_from_ps(told) == Usage(2 * MEBIBYTE, seconds)


def test_without_proc_it_asks_ps(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    of_proc = usage(os.getpid())
    monkeypatch.setattr(module, "_PROC", tmp_path)
    asked = usage(os.getpid())
    assert of_proc is not None and asked is not None
    assert asked.resident == pytest.approx(of_proc.resident, rel=0.2)
    assert usage(2**22 + 1) is None


def test_of_this_process_it_sees_what_the_system_counts() -> None:
    seen = usage(os.getpid())
    assert seen is not None
    assert 0 < seen.resident <= resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    assert seen.cpu_seconds <= sum(os.times()[:2]) + 0.02


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_it_is_tried_whether_the_system_keeps_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    assert system_keeps_memory()
    monkeypatch.setattr(module.resource, "setrlimit", lambda *_: None)  # takes the bound and forgets it
    assert not system_keeps_memory()
    monkeypatch.setattr(module, "address_space", lambda: None)
    assert not system_keeps_memory()
