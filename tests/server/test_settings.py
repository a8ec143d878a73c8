"""Settings of the server itself: what cannot be ends the start."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from serving.frame_ancestors import DEFAULT, frame_ancestors
from serving.hosts import hosts_from
from serving.variables import VARIABLES, unknown_variables
from tests.running_server import REPOSITORY, SECONDS_TO_START, streamlit_run
from tests.server_template import ServerTemplate
from ui.compute.limits import SettingError, quoted

NO_SOURCES = [
    "",
    "  ",
    "'self'\nX-Other: 1",
    "'self'\r\n",
    "\t'self'",
    "☃",
    "https://☃.net",
    "'self'; script-src *",
    "https://a.org, https://b.org",
    '"self"',
    "self",
    "none",
    "'none' 'self'",
    "'unsafe-inline'",
    "https://a.org:99999",
    "https://a.org:0",
    "https://a.*.org",
    "https://",
    "https://a.org/?x",
    "a..org",
    "https://münchen.de",
    "https://a.org:٣",
    "‘self’",
    "`self`",
    "''",
    "'self'\thttps://a.org",
    "'self'\u00a0https://a.org",
    "https://a.org\x00",
    "https://a.org\udcff",
    "https://user@a.org",
    "https://[::1]",
    "*.*.org",
    "'SELF' 'none'",
    "https://a.org " * 200,
    "x" * 10_000,
]


@pytest.mark.parametrize("text", NO_SOURCES)
def test_what_is_no_list_of_sources_is_told_in_a_line(text: str) -> None:
    with pytest.raises(SettingError) as told:
        frame_ancestors(text)
    sentence = str(told.value)
    assert sentence.isascii() and sentence.isprintable() and len(sentence) < 400
    assert sentence.startswith("GMM_EXPLORER_FRAME_ANCESTORS takes") and sentence.endswith(f"{quoted(text)}.")


@pytest.mark.parametrize(
    "text",
    [
        *(DEFAULT, "'none'", "'self'", "https:", "*", "*.example.org", "https://*.example.org:*"),
        *(
            "https://a.org:8443 'self' localhost:*",
            "http://127.0.0.1:3000",
            "https://a.org/course/",
            "http://*:80",
        ),
    ],
)
def test_lists_of_sources_pass_as_they_are(text: str) -> None:
    assert frame_ancestors(f"  {text} ") == text


@pytest.mark.parametrize(
    "variable", [{"FRAME_ANCESTORS": ""}, {"FRAME_ANCESTORS": "☃;\n"}, {"HOSTS": "https://a.org"}]
)
def test_what_is_no_list_of_sources_ends_the_start_with_a_sentence(
    variable: dict[str, str], server_template: ServerTemplate, tmp_path: Path
) -> None:
    [(name, text)] = variable.items()
    variables = os.environ | {f"GMM_EXPLORER_{name}": text, "STREAMLIT_SERVER_HEADLESS": "true"}
    started = streamlit_run("server.py", REPOSITORY, variables, tmp_path / "log", server_template)
    assert started.wait(SECONDS_TO_START) == 1
    said = (tmp_path / "log").read_text(encoding="utf-8")
    assert f"GMM_EXPLORER_{name} takes" in said and f"not {text!a}." in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "text",
    [
        *(
            "https://a.org",
            "a.org:443",
            "*",
            "*.a.org",
            "a.org,,b.org",
            "a b",
            "a.org/x",
            "-a",
            "a.org\nb.org",
            "☃;",
        ),
        *("'a.org'", "a..org", "a.org\udcff", "[::1]", "user@a.org", "a" * 64, "a" * 10_000),
    ],
)
def test_what_is_no_name_of_a_host_is_told(text: str) -> None:
    with pytest.raises(SettingError, match="GMM_EXPLORER_HOSTS takes names"):
        hosts_from(text)


def test_names_of_hosts_are_kept_as_browsers_send_them() -> None:
    assert hosts_from("") == hosts_from("  ") == frozenset()
    assert hosts_from("GMM.Example.org. , münchen.de") == {"gmm.example.org", "xn--mnchen-3ya.de"}


def test_the_nearest_right_name_is_told() -> None:
    assert not unknown_variables([*VARIABLES, "PATH", "GMM"])
    [host, other] = unknown_variables(["GMM_EXPLORER_HOST", "GMM_EXPLORER_XYZ", "HOME"])
    assert (
        host.startswith("GMM_EXPLORER_HOST is no setting") and "perhaps GMM_EXPLORER_HOSTS is meant" in host
    )
    assert other.startswith("GMM_EXPLORER_XYZ is no setting") and "perhaps" not in other
