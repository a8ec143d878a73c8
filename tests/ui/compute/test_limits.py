"""Limits are settings: each a variable with bounds, documented as it is, and the app works at the least of each."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import asdict, fields
from pathlib import Path

import pytest

from gmm_core.tables.files.options import DEFAULT_LIMITS
from serving.variables import VARIABLES, unknown_variables
from ui.compute.limits import (
    PREFIX,
    READ_LIMITS,
    SETTINGS,
    Limits,
    SettingError,
    documented,
    earlier_variables,
    limits_from,
    table,
)
from ui.lessons.course import course

REPOSITORY = Path(__file__).parents[3]
PRODUCT = ("app.py", "server.py", "gmm_core/**/*.py", "ui/**/*.py", "serving/**/*.py", "pages/**/*.py")
PAGES = sorted(str(page.relative_to(REPOSITORY)) for page in (REPOSITORY / "pages").glob("*/*.py"))


def in_a_process_of_its_own(program: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", program]
    return subprocess.run(
        command, cwd=REPOSITORY, env=os.environ | environment, capture_output=True, text=True
    )


def test_the_table_of_settings_is_that_of_the_code() -> None:
    written = SETTINGS.read_text(encoding="utf-8")
    assert f"`{PREFIX}UPLOAD_MEGABYTES` | largest file, in MB | 50 |" in written
    assert written == documented("limits", table()), "python -m ui.compute.limits writes it"


def test_every_setting_of_our_own_is_documented() -> None:
    code = "".join(file.read_text() for pattern in PRODUCT for file in REPOSITORY.glob(pattern))
    settings = set(re.findall(r"GMM_EXPLORER_\w+", code)) | set(VARIABLES)
    assert settings <= set(re.findall(r"GMM_EXPLORER_\w+", SETTINGS.read_text(encoding="utf-8")))
    assert "GMM_EXPLORER_FRAME_ANCESTORS" in settings


def test_each_limit_is_set_by_its_variable_alone() -> None:
    for row in fields(Limits):
        least = row.metadata["least"]
        changed = {PREFIX + row.name.upper(): f" {least} "}
        assert asdict(limits_from(changed)) == asdict(Limits()) | {row.name: least}
        assert least <= row.default <= row.metadata["most"]
    assert limits_from({PREFIX + "COMPONENTS": "", "COMPONENTS": "9"}) == Limits()


def test_a_variable_with_an_earlier_name_still_sets_its_limit_unless_the_present_one_does() -> None:
    assert earlier_variables()[PREFIX + "LANDSCAPE_ROWS"] == "survey_rows"
    for variable, name in earlier_variables().items():
        assert asdict(limits_from({variable: "700"})) == asdict(Limits()) | {name: 700}
        assert asdict(limits_from({variable: "700", PREFIX + name.upper(): "800"})) == asdict(Limits()) | {
            name: 800
        }
        assert unknown_variables([variable]) == []
    with pytest.raises(SettingError, match="GMM_EXPLORER_LANDSCAPE_ROWS takes"):
        limits_from({PREFIX + "LANDSCAPE_ROWS": "1"})


@pytest.mark.parametrize(
    ("name", "text", "takes"),
    [
        ("COMPONENTS", "many", "a whole number from 9 to 30, not 'many'."),
        ("COMPONENTS", "8", "a whole number from 9 to 30, not '8'."),
        ("RESTARTS", "10.5", "a whole number from 4 to 1,000, not '10.5'."),
        ("FIT_SECONDS", "nan", "a number from 1 to 3,600, not 'nan'."),
        ("FIT_SECONDS", "inf", "a number from 1 to 3,600, not 'inf'."),
        ("FIT_SECONDS", "6o", "a number from 1 to 3,600, not '6o'."),
        ("FIT_SECONDS", "60 s", "a number from 1 to 3,600, not '60 s'."),
        ("FIT_SECONDS", "1,5", "a number from 1 to 3,600, not '1,5'."),
        ("SESSIONS", "1_000", "a whole number from 1 to 10,000, not '1_000'."),
        ("SESSIONS", "٣٠", "a whole number from 1 to 10,000, not '\\u0663\\u0660'."),
        ("SESSIONS", "☃\n1", "a whole number from 1 to 10,000, not '\\u2603\\n1'."),
        (
            "SESSIONS",
            "9" * 10_000,
            f"a whole number from 1 to 10,000, not '{'9' * 80}' and 9,920 more characters.",
        ),
    ],
)
def test_a_value_that_cannot_be_is_told_with_what_the_variable_takes(
    name: str, text: str, takes: str
) -> None:
    with pytest.raises(SettingError) as told:
        limits_from({PREFIX + name: text})
    assert str(told.value) == f"{PREFIX}{name} takes {takes}"


def test_a_bad_value_ends_the_start_with_that_sentence_alone() -> None:
    started = in_a_process_of_its_own("import server", {"GMM_EXPLORER_UPLOAD_ROWS": "-1"})
    sentence = "GMM_EXPLORER_UPLOAD_ROWS takes a whole number from 1,000 to 50,000,000, not '-1'.\n"
    assert (started.returncode, started.stderr) == (1, sentence)


def test_a_request_may_carry_what_the_page_offers() -> None:
    program = "import server; from streamlit import config; print(config.get_option('server.maxUploadSize'))"
    variables = {"GMM_EXPLORER_UPLOAD_MEGABYTES": "7", "STREAMLIT_SERVER_MAX_UPLOAD_SIZE": "900"}
    assert in_a_process_of_its_own(program, variables).stdout == "7\n"


def test_a_notebook_reads_what_the_app_reads_by_default() -> None:
    assert READ_LIMITS == DEFAULT_LIMITS


def test_every_page_works_at_the_least_of_each_limit() -> None:
    program = f"""
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("app.py", default_timeout=120)
app.run()
for page in {PAGES}:
    app.switch_page(page).run()
    assert not app.exception, (page, app.exception)
print("all")
"""
    least = {PREFIX + row.name.upper(): str(row.metadata["least"]) for row in fields(Limits)}
    ended = in_a_process_of_its_own(program, least)
    assert ended.stdout == "all\n", ended.stderr


def test_every_lesson_asks_for_no_more_than_the_least_of_each_limit() -> None:
    least = {row.name: row.metadata["least"] for row in fields(Limits)}
    for lesson in course().values():
        for answered in (None, 0):
            model = lesson.scene(answered).setting.model
            assert model.n_components <= least["components"]
            assert model.n_init <= least["restarts"]
            assert model.max_iterations <= least["iterations"]
