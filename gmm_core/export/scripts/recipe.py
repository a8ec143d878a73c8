"""Recipes: code that draws each generator's points with NumPy and scikit-learn alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Parameters = Mapping[str, float]


def _blobs(p: Parameters) -> str:
    return (
        f"values, _ = make_blobs(\n    n_samples={p['n_samples']!r}, centers={p['centers']!r}, "
        f"n_features={p['n_features']!r}, cluster_std={p['cluster_std']!r}, random_state={p['random_state']!r}\n)"
    )


def _plane_blobs(p: Parameters) -> str:
    return (
        f"values, _ = make_blobs(\n    n_samples={p['n_samples']!r}, centers={p['centers']!r}, "
        f"cluster_std={p['cluster_std']!r}, random_state={p['random_state']!r}\n)"
    )


def _anisotropic(p: Parameters) -> str:
    return f"""{_plane_blobs(p)}
rotation = np.array([[1.0, -1.0], [1.0, 1.0]]) / np.sqrt(2.0)
stretch = np.sqrt({p["stretch"]!r})
values = values @ (rotation @ np.diag([stretch, 1.0 / stretch]) @ rotation.T)"""


def _unequal(p: Parameters) -> str:
    return f"""falling = np.linspace(1.0, 0.0, {p["centers"]!r})
shares = {p["size_ratio"]!r} ** falling / ({p["size_ratio"]!r} ** falling).sum()
borders = np.rint(np.cumsum(shares) * {p["n_samples"]!r}).astype(int)
values, _ = make_blobs(
    n_samples=np.diff(borders, prepend=0),
    cluster_std=0.5 * {p["spread_ratio"]!r} ** falling,
    random_state={p["random_state"]!r},
)"""


def _overlapping(p: Parameters) -> str:
    return f"""angles = 2.0 * np.pi * np.arange({p["centers"]!r}) / {p["centers"]!r}
radius = {p["separation"]!r} / (2.0 * np.sin(np.pi / {p["centers"]!r}))
centers = radius * np.column_stack([np.cos(angles), np.sin(angles)])
values, _ = make_blobs(
    n_samples={p["n_samples"]!r}, centers=centers, cluster_std=1.0, random_state={p["random_state"]!r}
)"""


def _crossed(p: Parameters) -> str:
    return f"""values, group = make_blobs(
    n_samples={p["n_samples"]!r}, centers=np.zeros((2, 2)), random_state={p["random_state"]!r}
)
stretch = np.sqrt({p["stretch"]!r})
values = values * np.where(group[:, None] == 0, [stretch, 1.0 / stretch], [1.0 / stretch, stretch])"""


def _concentric(p: Parameters) -> str:
    return (
        f"values, _ = make_circles(\n    n_samples={p['n_samples']!r}, factor={p['factor']!r}, noise={p['noise']!r}, "
        f"random_state={p['random_state']!r}\n)"
    )


def _moons(p: Parameters) -> str:
    return (
        f"values, _ = make_moons(\n    n_samples={p['n_samples']!r}, noise={p['noise']!r}, "
        f"random_state={p['random_state']!r}\n)"
    )


def _uniform(p: Parameters) -> str:
    return (
        f"random = np.random.RandomState({p['random_state']!r})\n"
        f"values = random.uniform(-10.0, 10.0, ({p['n_samples']!r}, {p['n_features']!r}))"
    )


def _outliers(p: Parameters) -> str:
    n_outliers = round(p["outlier_share"] * p["n_samples"])
    return f"""{_plane_blobs(p)}
random = np.random.RandomState({p["random_state"]!r})
outliers = random.permutation({p["n_samples"]!r})[:{n_outliers}]
values[outliers] = random.uniform(-20.0, 20.0, (len(outliers), 2))"""


RECIPES: dict[str, Callable[[Parameters], str]] = {
    "blobs": _blobs,
    "anisotropic": _anisotropic,
    "unequal": _unequal,
    "overlapping": _overlapping,
    "crossed": _crossed,
    "concentric": _concentric,
    "moons": _moons,
    "uniform": _uniform,
    "outliers": _outliers,
}
"""By the generator's key: a function that returns the code for `values` (N, D), the same numbers as the generator's."""
