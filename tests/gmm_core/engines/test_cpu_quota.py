"""The quota of a control group, as the kernel writes it, in both of its versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from gmm_core.engines.cpu_quota import quota_of_cores

V2 = "0::/user/job\n"
V1 = "4:cpu,cpuacct:/docker/1f\n1:name=systemd:/docker/1f\n0::/\n"


@pytest.mark.parametrize(
    ("mine", "files", "expected"),
    [
        (V2, {"user/job/cpu.max": "200000 100000"}, 2),
        (V2, {"user/job/cpu.max": "max 100000"}, None),
        (V2, {"user/job/cpu.max": "max 100000", "user/cpu.max": "150000 100000"}, 2),
        (V2, {"user/job/cpu.max": "400000 100000", "user/cpu.max": "100000 100000"}, 1),
        (V2, {"user/job/cpu.max": "20000 100000"}, 1),
        ("0::/\n", {"cpu.max": "300000 100000"}, 3),
        (V2, {}, None),
        ("0::/hybrid\n", {"unified/hybrid/cpu.max": "100000 50000"}, 2),
        (V1, {"cpu/docker/1f/cpu.cfs_quota_us": "300000", "cpu/docker/1f/cpu.cfs_period_us": "100000"}, 3),
        (V1, {"cpu/cpu.cfs_quota_us": "100000", "cpu/cpu.cfs_period_us": "100000"}, 1),
        (V1, {"cpu,cpuacct/cpu.cfs_quota_us": "250000", "cpu,cpuacct/cpu.cfs_period_us": "100000"}, 3),
        (V1, {"cpu/docker/1f/cpu.cfs_quota_us": "-1", "cpu/docker/1f/cpu.cfs_period_us": "100000"}, None),
        ("2:cpuacct:/job\n", {"cpu/job/cpu.cfs_quota_us": "1", "cpu/job/cpu.cfs_period_us": "1"}, None),
    ],
)
def test_the_least_quota_of_all_groups_counts(
    mine: str, files: dict[str, str], expected: int | None, tmp_path: Path
) -> None:
    groups, mounted = tmp_path / "groups", tmp_path / "mounted"
    groups.write_text(mine)
    for name, text in files.items():
        (mounted / name).parent.mkdir(parents=True, exist_ok=True)
        (mounted / name).write_text(f"{text}\n")
    assert quota_of_cores(groups, mounted) == expected


def test_without_control_groups_there_is_no_quota(tmp_path: Path) -> None:
    assert quota_of_cores(tmp_path / "none", tmp_path) is None
