"""Note: a sentence on how a file was read, and the change of an option that it offers, such as to undo a rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from gmm_core.tables.files.options import ReadOptions


@dataclass(frozen=True)
class OptionChange:
    """A change of one option, which reads the file in another way.

    Parameters
    ----------
    label : str
        What it does, as the label of a button.
    field : str
        The field of ReadOptions.
    value : Any
        The new value; for a field that is a tuple, a tuple of what is added to it.
    """

    label: str
    field: str
    value: Any

    def applied_to(self, options: ReadOptions) -> ReadOptions:
        """The options with which the file is read after the change."""
        before = getattr(options, self.field)
        after = tuple(dict.fromkeys((*before, *self.value))) if isinstance(before, tuple) else self.value
        changed: dict[str, Any] = {self.field: after}
        return replace(options, **changed)


@dataclass(frozen=True)
class Note:
    """A sentence that offers a change."""

    text: str
    change: OptionChange


def without_rule(label: str, rule: str) -> OptionChange:
    """The change that undoes a rule of RULES."""
    return OptionChange(label, "rules_off", (rule,))


def sentences(notes: Iterable[str | Note | None]) -> tuple[str, ...]:
    """The notes without what they offer, in their order."""
    return tuple(note.text if isinstance(note, Note) else note for note in notes if note)


def offered_changes(notes: Iterable[str | Note | None]) -> dict[str, OptionChange]:
    """The changes that are offered, by the sentences that offer them."""
    return {note.text: note.change for note in notes if isinstance(note, Note)}
