"""The theme can be read: contrast of 4.5 for text and 3 for controls (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

CONFIG = tomllib.loads((Path(__file__).parents[1] / ".streamlit" / "config.toml").read_text())
THEME = CONFIG["theme"]
PLACES = {
    "light": THEME["light"],
    "light sidebar": THEME["light"]["sidebar"],
    "dark": THEME["dark"],
    "dark sidebar": THEME["dark"]["sidebar"],
}
TEXT_PAIRS = [
    ("textColor", "backgroundColor"),
    ("textColor", "secondaryBackgroundColor"),
    ("linkColor", "backgroundColor"),
    ("linkColor", "secondaryBackgroundColor"),
    ("codeTextColor", "codeBackgroundColor"),
]


def luminance(colour: str) -> float:
    """Relative luminance 0.2126 R + 0.7152 G + 0.0722 B of an sRGB colour "#rrggbb"."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(first: str, second: str) -> float:
    """(L₁ + 0.05) / (L₂ + 0.05), the lighter one above."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def mixed(colour: str, ground: str, share: float) -> str:
    """That share of the colour over the ground."""
    pairs = [(int(colour[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(share * over + (1 - share) * under):02x}" for over, under in pairs)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read_on_its_ground(place: str, text: str, ground: str) -> None:
    assert contrast(PLACES[place][text], PLACES[place][ground]) >= 4.5


@pytest.mark.parametrize("place", PLACES)
def test_faded_text_can_be_read(place: str) -> None:
    """Captions are ink at 60 %."""
    ink, ground = PLACES[place]["textColor"], PLACES[place]["backgroundColor"]
    assert contrast(mixed(ink, ground, 0.6), ground) >= 4.5


@pytest.mark.parametrize("place", PLACES)
def test_the_accent_can_be_written_in_and_upon(place: str) -> None:
    """What is chosen is the accent on a tenth of it; upon it stands the paper's colour (`ui/shell/appearance.py`)."""
    accent, ground = PLACES[place]["primaryColor"], PLACES[place]["backgroundColor"]
    assert contrast(accent, mixed(accent, ground, 0.1)) >= 4.5
    assert contrast(accent, PLACES[place]["secondaryBackgroundColor"]) >= 3
    assert contrast(accent, THEME[place.split()[0]]["backgroundColor"]) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_accent_is_none_of_the_cluster_colours(mode: str) -> None:
    assert THEME[mode]["primaryColor"] not in THEME["chartCategoricalColors"]


def test_the_theme_fetches_no_font() -> None:
    assert not [value for value in (THEME["font"], THEME["codeFont"]) if ":" in value]


@pytest.mark.parametrize(
    ("section", "option", "value"),
    [
        ("server", "address", "127.0.0.1"),
        ("server", "enableCORS", True),
        ("server", "enableXsrfProtection", True),
        ("server", "enableStaticServing", True),
        ("server", "fileWatcherType", "none"),
        ("browser", "gatherUsageStats", False),
        ("client", "showErrorDetails", "none"),
        ("runner", "postScriptGC", False),
    ],
)
def test_the_settings_are_those_of_an_app_in_use(section: str, option: str, value: object) -> None:
    assert CONFIG[section][option] == value
