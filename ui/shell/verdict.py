"""The verdict of a page: one sentence, its number and one button, drawn in the same way on every page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Literal, Protocol

import streamlit as st

from gmm_core.fitting.specification import FitSpecification
from ui.shell.model_controls import offer_undo, use_model
from ui.shell.navigation import known_pages, page_named

_STYLE = Path(__file__).with_name("verdict.css")


class Standing(Enum):
    """How far the sentence can be relied on, with the icon before it."""

    FIRM = ""
    DOUBTFUL = ":material/visibility:"
    UNFINISHED = ":material/hourglass_empty:"


@dataclass(frozen=True)
class Number:
    """A number beside the sentence, as text.

    Parameters
    ----------
    name, value : str
        What it is, and how much.
    meaning : str
        Its help.
    change : str
        The change from the number before; empty if there is none to compare it with.
    better : bool or None
        Whether the change is for the better; None if it is neither.
    """

    name: str
    value: str
    meaning: str = ""
    change: str = ""
    better: bool | None = None

    def draw(self) -> None:
        """Draw it."""
        rises = not self.change.startswith("−")
        st.metric(
            self.name,
            self.value,
            delta=self.change or None,
            delta_color="off" if self.better is None else "green" if self.better else "red",
            delta_arrow="off" if self.better is None else "up" if rises else "down",
            help=self.meaning or None,
            width="content",
        )


class Button(Protocol):
    """What can stand at the end of a verdict."""

    @property
    def recommends(self) -> bool:
        """True if it does what the verdict advises, so that it may stand at a firm one only."""

    def draw(self) -> None:
        """Draw it."""


@dataclass(frozen=True)
class ModelButton:
    """Makes a model that of every page.

    Parameters
    ----------
    label : str
        Its label while another model is in use.
    wanted, current : FitSpecification
        The model that it sets, and the one in use.
    key : str
        Its key.
    meaning : str
        Its help.
    type : str
        How much it stands out while another model is in use.
    """

    label: str
    wanted: FitSpecification
    current: FitSpecification
    key: str
    meaning: str = ""
    type: Literal["primary", "tertiary"] = "primary"
    recommends = True

    def draw(self) -> None:
        """Draw it."""
        in_use = self.wanted == self.current
        if st.button(
            "In use ✓" if in_use else self.label,
            key=self.key,
            type="secondary" if in_use and self.type == "primary" else self.type,
            disabled=in_use,
            on_click=use_model,
            args=(self.wanted,),
            help=self.meaning or None,
        ):
            st.rerun()  # the sidebar shows the model too, and it is outside the page's fragment


@dataclass(frozen=True)
class PageButton:
    """Opens another page of the app: `page` is its name, as `page_named` takes it, `query` what it is told."""

    label: str
    page: str
    query: tuple[tuple[str, str], ...] = ()
    recommends = False

    def draw(self) -> None:
        """Draw it."""
        page = page_named(self.page, known_pages())
        st.page_link(
            page,
            label=self.label,
            icon=":material/arrow_forward:",
            icon_position="right",
            query_params=dict(self.query) or None,
        )


@dataclass(frozen=True)
class FileButton:
    """Downloads a file, which is made when it is pressed.

    Parameters
    ----------
    label, key, meaning : str
        Its label, its key and its help.
    contents : () -> bytes or str
        Makes the file.
    file, kind : str
        The file's name and its media type.
    disabled : bool
        True if there is nothing to download.
    """

    label: str
    key: str
    contents: Callable[[], bytes | str]
    file: str
    kind: str
    meaning: str = ""
    disabled: bool = False
    recommends = False

    def draw(self) -> None:
        """Draw it."""
        st.download_button(
            self.label,
            self.contents,
            self.file,
            self.kind,
            key=self.key,
            icon=":material/download:",
            on_click="ignore",
            type="primary",
            help=self.meaning or None,
            disabled=self.disabled,
        )


@dataclass(frozen=True)
class Verdict:
    """What a page has found.

    Parameters
    ----------
    sentence : str
        The finding, in Markdown.
    numbers : tuple of Number
        The number that it rests on; seldom two.
    button : Button or None
        What to do next.
    standing : Standing
        How far it can be relied on. One that is not firm recommends nothing: a button that does is a ValueError.
    """

    sentence: str
    numbers: tuple[Number, ...] = ()
    button: Button | None = None
    standing: Standing = Standing.FIRM

    def __post_init__(self) -> None:
        if self.standing is not Standing.FIRM and self.button is not None and self.button.recommends:
            raise ValueError("A verdict that is not firm recommends nothing.")


def show_verdict(verdict: Verdict) -> None:
    """Draw the verdict as a strip: sentence, number, button; on a narrow screen the last two stand below the first."""
    st.html(_style())
    with st.container(key="verdict", border=True, horizontal=True, vertical_alignment="center", gap="medium"):
        st.markdown(f"{verdict.standing.value} {verdict.sentence}".lstrip(), width="stretch")
        for number in verdict.numbers:
            number.draw()
        if verdict.button is not None:
            verdict.button.draw()
        offer_undo()


@cache
def _style() -> str:
    return f"<style>{_STYLE.read_text(encoding='utf-8')}</style>"
