"""A lesson file: data, model and page before and after the answer, the question, and claims that tests run."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gmm_core.errors import ParameterError
from gmm_core.studies.lesson_claims.claim import Claim
from gmm_core.wording import quoted
from ui.lessons.scene import Scene, offered_scene, scene_of

MAX_WORDS = 120
TEXTS = ("title", "question", "right", "look", "explanation", "ask")
LETTERS = "abcdef"


@dataclass(frozen=True)
class Lesson:
    """A question, its answers, and what is on the screen before and after one is chosen.

    Parameters
    ----------
    key : str
        What a link calls it: the file's name without its number.
    title, question, look, explanation, ask : str
        On screen: the question stays above the page; once it is answered, the explanation (120 words at most) and
        where to look come with it. `ask` is for the class.
    minutes : int
        How long it takes.
    answers : tuple of str
        Two at least.
    right : int
        The position of the right one.
    before, after : Scene
        What is shown before and after the answer.
    claims : tuple of Claim
        What the texts say, to be run.
    """

    key: str
    title: str
    minutes: int
    question: str
    answers: tuple[str, ...]
    right: int
    look: str
    explanation: str
    ask: str
    before: Scene
    after: Scene
    claims: tuple[Claim, ...]

    def letter(self, position: int) -> str:
        """What a link calls an answer."""
        return LETTERS[position]

    def position(self, letter: object) -> int | None:
        """The answer that a link names; None where it names none of them."""
        letters = LETTERS[: len(self.answers)]
        return letters.index(letter) if isinstance(letter, str) and letter in tuple(letters) else None

    def scene(self, answered: int | None) -> Scene:
        """What is shown once this answer was given, or none."""
        return self.before if answered is None else self.after


def read_lesson(file: Path) -> Lesson:
    """The lesson of a file; raises `ParameterError`, with the file's name, where it is not a whole one."""
    try:
        return _lesson(key_of(file), tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, ParameterError) as error:
        raise ParameterError(f"The lesson {quoted(file.name)} cannot be read: {error}") from error


def key_of(file: Path) -> str:
    """“01-soft-or-hard.toml” as "soft-or-hard"."""
    return re.sub(r"^\d+-", "", file.stem)


def typeset(text: str) -> str:
    """The text with a percent sign that stays with its number."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def _lesson(key: str, table: dict[str, Any]) -> Lesson:
    known = {*TEXTS, "minutes", "answers", "before", "after", "claims"}
    for name in sorted(known ^ set(table)):
        raise ParameterError(f"{quoted(name)} is {'missing' if name in known else 'no part of a lesson'}.")
    texts = {name: typeset(str(table[name]).strip()) for name in TEXTS}
    for name, text in texts.items():
        if not text:
            raise ParameterError(f"{quoted(name)} says nothing.")
    answers = tuple(typeset(str(answer)) for answer in table["answers"])
    if not 2 <= len(answers) <= len(LETTERS) or len(set(answers)) < len(answers):
        raise ParameterError(f"A question needs 2 to {len(LETTERS)} different answers.")
    right = texts.pop("right")
    if right not in answers:
        raise ParameterError(f"The right answer {quoted(right)} is none of the answers.")
    if len(texts["explanation"].split()) > MAX_WORDS:
        raise ParameterError(f"The explanation has more than {MAX_WORDS} words.")
    if not table["claims"]:
        raise ParameterError("A lesson claims something.")
    scenes = {"before": dict(table["before"]), "after": merged(table["before"], table["after"])}
    return Lesson(
        key,
        minutes=int(table["minutes"]),
        answers=answers,
        right=answers.index(right),
        before=offered_scene(scenes["before"]),
        after=offered_scene(scenes["after"]),
        claims=tuple(_claim(claim, scenes) for claim in table["claims"]),
        **texts,
    )


def merged(table: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The table with what changes; tables within it likewise."""
    return {
        **table,
        **{
            name: merged(table.get(name, {}), value) if isinstance(value, Mapping) else value
            for name, value in changes.items()
        },
    }


def _claim(table: Mapping[str, Any], scenes: Mapping[str, dict[str, Any]]) -> Claim:
    known = {"when", "change", "measure", "is", "limit"}
    if not {"measure", "is", "limit"} <= set(table) <= known:
        raise ParameterError(f"A claim takes {', '.join(sorted(known))}.")
    when = table.get("when", "after")
    if when not in scenes:
        raise ParameterError(f"A claim is about before or after, not about {quoted(when)}.")
    scene = scene_of(merged(scenes[when], table.get("change", {})))
    return Claim(table["measure"], scene.setting, table["is"], float(table["limit"]))
