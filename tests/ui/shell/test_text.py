"""Text from a file reaches the screen as text."""

from typing import Protocol

import pytest

from ui.shell.text import markdown, plain


class Escape(Protocol):
    """The type of both functions."""

    def __call__(self, text: str, limit: int = ...) -> str:
        """`text`, safe to show."""


@pytest.mark.parametrize("escape", [plain, markdown])
class TestBoth:
    """What holds for Plotly's text and for Markdown."""

    def test_ordinary_names_stay_as_they_are(self, escape: Escape) -> None:
        assert escape("Bill length in mm") == "Bill length in mm"
        assert escape("Größe 長さ") == "Größe 長さ"

    def test_control_characters_and_line_breaks_go(self, escape: Escape) -> None:
        assert escape(" a\x00b\x1bc\nd\te\u2028f\x85g ") == "abc d e f g"

    def test_characters_that_reorder_or_hide_text_go(self, escape: Escape) -> None:
        assert escape("a\u202eb\u2066c\ufeffd\u200be") == "abcde"

    def test_half_a_surrogate_pair_does_not_reach_the_wire(self, escape: Escape) -> None:
        assert escape("a\ud800b").encode("utf-8") == b"ab"

    def test_joiners_that_scripts_need_stay(self, escape: Escape) -> None:
        assert escape("می\u200cخواهم") == "می\u200cخواهم"

    def test_long_text_is_cut_with_an_ellipsis(self, escape: Escape) -> None:
        assert escape("abcdefghij", limit=5) == "abcd…"
        assert escape("abcde", limit=5) == "abcde"

    def test_nothing_stays_nothing(self, escape: Escape) -> None:
        assert escape("") == ""
        assert escape("\x00\n") == ""


def test_plotly_markup_entities_formulas_and_placeholders_are_escaped() -> None:
    assert plain("<b>&lt;$x$ %{y}") == "&lt;b&gt;&amp;lt;&#36;x&#36; &#37;{y}"


def test_an_escape_is_never_cut_in_half() -> None:
    assert plain("<<<<<<", limit=4) == "&lt;&lt;&lt;…"


def test_every_punctuation_mark_of_markdown_is_escaped() -> None:
    marks = "!\"#$%&'()*+,-./;<=>?[\\]^_`{|}~"
    assert markdown(marks) == "".join(f"\\{mark}" for mark in marks)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (":smile:", "\\:\u2060smile\\:"),
        (":material_home:", "\\:\u2060material\\_home\\:"),
        ("http://example.com", "http\\:\u2060\\/\\/example\\.com"),
        ("www.example.com", "www\u2060\\.example\\.com"),
        ("me@example.com", "me\\@\u2060example\\.com"),
        ("a -> b", "a \\-\u2060\\> b"),
        ("a <-> b", "a \\<\u2060\\-\\> b"),
        ("a >= b", "a \\>\u2060\\= b"),
        ("a -- b", "a \\-\u2060\\- b"),
        ("a--b", "a\\-\\-b"),
        ("ratio: 3", "ratio\\: 3"),
    ],
)
def test_what_streamlit_looks_for_after_parsing_is_broken_up_invisibly(text: str, shown: str) -> None:
    assert markdown(text) == shown
