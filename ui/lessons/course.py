"""All lessons in teaching order, which is the order of their files."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ui.lessons.lesson import Lesson, key_of, read_lesson

FOLDER = Path(__file__).parents[2] / "lessons"


@cache
def course() -> dict[str, Lesson]:
    """Every lesson under its key; raises `ParameterError` for a file that is none."""
    return {key_of(file): read_lesson(file) for file in sorted(FOLDER.glob("*.toml"))}


def neighbour(key: str, step: int) -> Lesson | None:
    """The lesson so many places further on; None beyond the ends."""
    lessons = list(course())
    place = lessons.index(key) + step
    return course()[lessons[place]] if 0 <= place < len(lessons) else None
