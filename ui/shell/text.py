"""Text from a file or a person, made safe to show: none of it acts as markup, formula, link or command."""

import re
import unicodedata

_REPLACED_BY_SPACE = frozenset({"Zl", "Zp"})
"""Unicode categories of line and paragraph separators."""
_DROPPED = frozenset({"Cc", "Cs"})
"""Unicode categories of control characters and surrogates."""
# They reorder or hide the text around them, so that a name could pretend to be another one.
_INVISIBLE_DIRECTIONS = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")

# `$` starts MathJax where it is loaded; `%` starts a placeholder in hovertemplate and texttemplate.
_PLOTLY_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;", "%": "&#37;"})

_ASCII_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
"""The characters that a backslash escapes in Markdown."""
# Streamlit looks for these in the parsed text, after backslashes are gone; an invisible word joiner inside
# keeps `:smile:`, `:material_home:`, `http://…`, `www.…`, `name@host.org` and a lone `->` as they are.
_FOUND_AFTER_PARSING = re.compile(
    r":(?=\S)|@(?=\w)|(?<=www)(?=\.)|(?<!\S)[-<>~](?=(?:->|[->=])(?!\S))", re.IGNORECASE
)
_WORD_JOINER = "\u2060"
"""An invisible character that prevents a line break."""


def plain(text: str, limit: int = 40) -> str:
    """`text` for Plotly: titles, names, hover texts and tick labels show it character for character.

    Plotly reads a small HTML of its own; this escapes its markup, entities, MathJax and hover placeholders,
    drops control characters and cuts to `limit` characters with "…". Not for tables and for widgets that take
    plain text.
    """
    return _cut(_visible(text), limit).translate(_PLOTLY_ENTITIES)


def markdown(text: str, limit: int = 80) -> str:
    """`text` for st.markdown and for the labels of widgets: they show it character for character.

    Escapes Markdown, HTML, LaTeX and Streamlit's directives, icons, emoji codes, arrows and automatic links,
    drops control characters and cuts to `limit` characters with "…". Options of a selectbox and cells of a
    dataframe are not Markdown: they take the text as it is.
    """
    joined = _FOUND_AFTER_PARSING.sub(lambda found: found.group() + _WORD_JOINER, _cut(_visible(text), limit))
    return _ASCII_PUNCTUATION.sub(r"\\\1", joined)


def visible(text: str, limit: int = 200) -> str:
    """`text` for places that show it as it is, such as escaped HTML: without control characters, and cut."""
    return _cut(_visible(text), limit)


def visible_lines(text: str, most: int, longest: int) -> str:
    """The first lines of a file for st.code, which shows text as it is; what has no shape of its own is a dot."""
    lines = text.splitlines()[:most]
    return "\n".join(
        _cut("".join(sign if sign.isprintable() or sign == "\t" else "·" for sign in line), longest)
        for line in lines
    )


def _visible(text: str) -> str:
    spaced = (" " if _is_space(character) else character for character in text)
    kept = (character for character in spaced if unicodedata.category(character) not in _DROPPED)
    return _INVISIBLE_DIRECTIONS.sub("", "".join(kept)).strip()


def _is_space(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in _REPLACED_BY_SPACE


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
