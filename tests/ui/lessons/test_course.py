"""Every lesson's file is whole, and every claim of every lesson holds when it is run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gmm_core.errors import ParameterError
from gmm_core.studies.lesson_claims.claim import RELATIONS, Claim
from gmm_core.studies.lesson_claims.measures import MEASURES
from gmm_core.studies.lesson_claims.setting import Setting
from ui.lessons.course import FOLDER, course, neighbour
from ui.lessons.lesson import MAX_WORDS, Lesson, read_lesson

REPOSITORY = Path(__file__).parents[3]
ADDRESSES = {"clusters"} | set(re.findall(r'url_path="([^"]+)"', (REPOSITORY / "app.py").read_text()))
LESSONS = list(course().values())
TITLES = [lesson.key for lesson in LESSONS]
LEAST = """
title = "A title"
minutes = 5
question = "What?"
answers = ["This", "That"]
right = "That"
look = "Here."
explanation = "So."
ask = "Why?"
[before]
page = "clusters"
data = "blobs"
[after]
n_components = 2
[[claims]]
measure = "BIC"
is = "above"
limit = 0
"""


@pytest.mark.parametrize("lesson", LESSONS, ids=TITLES)
def test_every_claim_holds(lesson: Lesson) -> None:
    for claim in lesson.claims:
        assert claim.holds(), f"{claim.measure} is {claim.measured():.5g}, not {claim.relation} {claim.limit}"


@pytest.mark.parametrize("lesson", LESSONS, ids=TITLES)
def test_every_lesson_stands_on_pages_that_are_there_and_shows_something_new(lesson: Lesson) -> None:
    assert {lesson.before.page, lesson.after.page} <= ADDRESSES
    assert lesson.before != lesson.after
    assert len(lesson.explanation.split()) <= MAX_WORDS


@pytest.mark.parametrize("number", range(len(LESSONS)), ids=TITLES)
def test_the_teachers_guide_tells_of_every_lesson(number: int) -> None:
    guide = " ".join((REPOSITORY / "docs/teaching.md").read_text().split())
    lesson = LESSONS[number]
    assert f"### {number + 1}. {lesson.title} `?lesson={lesson.key}` · {lesson.minutes} minutes" in guide
    assert f"**Ask.** {lesson.ask}" in guide
    assert "docs/teaching.md" in (REPOSITORY / "README.md").read_text()


def test_the_course_is_in_the_order_of_its_files() -> None:
    assert len(TITLES) == len(list(FOLDER.iterdir())) >= 12
    assert [neighbour(key, 1) for key in TITLES] == [*LESSONS[1:], None]
    assert neighbour(TITLES[0], -1) is None


def test_numbers_in_an_explanation_are_claimed() -> None:
    """An agreement, which no reader can check, is never just written down."""
    for lesson in LESSONS:
        claimed = {f"{abs(claim.limit):.2f}" for claim in lesson.claims} | {"1.00"}
        written = set(re.findall(r"\b[01]\.\d\d\b", lesson.explanation))
        assert written <= claimed, lesson.key


@pytest.mark.parametrize(
    ("found", "put", "said"),
    [
        ('title = "A title"\n', "", "“title” is missing"),
        ("minutes = 5", "minutes = 5\nhours = 1", "“hours” is no part of a lesson"),
        ('right = "That"', 'right = "Those"', "none of the answers"),
        ('["This", "That"]', '["That"]', "2 to 6 different answers"),
        ('"So."', f'"{"so " * 121}"', "more than 120 words"),
        ('data = "blobs"', 'data = "bricks"', "There is no data “bricks”"),
        ("n_components = 2", "components = 2", "“components” is no part of a setting"),
        ("n_components = 2", "n_components = 0", "n_components must be"),
        ("n_components = 2", "n_components = 21", "Components K takes a whole number from 1 to 20, not “21”"),
        ("n_components = 2", "regularization = 0.5", "Regularisation takes 1e-20, 1e-10, "),
        ("n_components = 2", 'missing = "guess"', "Missing values takes Leave rows out or Fill by median"),
        ("n_components = 2", 'columns = ["x"]', "Columns to fit takes any of "),
        ("n_components = 2", "parameters = { stretch = 2 }", "“blobs” has no parameter “stretch”"),
        ("n_components = 2", "parameters = { centers = 2.5 }", "Centres takes a whole number"),
        ("n_components = 2", "controls = { present = 3 }", "Presenter mode takes true or false, not “3”"),
        ('page = "clusters"\n', "", "names the page"),
        ('"BIC"', '"IQ"', "cannot say “IQ”"),
        ('"above"', '"beside"', "cannot say “beside”"),
        ("limit = 0", 'limit = 0\nwhen = "later"', "not about “later”"),
        ("limit = 0", "", "A claim takes"),
        ("minutes = 5", "minutes = ", "cannot be read"),
    ],
)
def test_a_file_that_is_no_lesson_is_refused_in_a_sentence(
    tmp_path: Path, found: str, put: str, said: str
) -> None:
    file = tmp_path / "07-a-lesson.toml"
    assert found in LEAST
    file.write_text(LEAST.replace(found, put), encoding="utf-8")
    with pytest.raises(ParameterError, match=said) as refused:
        read_lesson(file)
    assert "“07-a-lesson.toml”" in str(refused.value)


def test_what_comes_after_adds_to_what_was_before(tmp_path: Path) -> None:
    file = tmp_path / "07-a-lesson.toml"
    file.write_text(
        LEAST.replace(
            'data = "blobs"', 'data = "blobs"\nparameters = { centers = 4, n_samples = 90 }'
        ).replace(
            "n_components = 2",
            'parameters = { centers = 2 }\nscaling = "none"\ncontrols = { view = "pairs" }',
        ),
        encoding="utf-8",
    )
    lesson = read_lesson(file)
    assert lesson.key == "a-lesson"
    assert dict(lesson.before.setting.parameters) == {"centers": 4, "n_samples": 90}
    assert dict(lesson.after.setting.parameters) == {"centers": 2, "n_samples": 90}
    assert (lesson.after.setting.scaling, lesson.after.page) == ("none", "clusters")
    assert dict(lesson.after.controls) == {"view": "pairs"}
    assert lesson.claims[0].setting == lesson.after.setting


@pytest.mark.parametrize("relation", RELATIONS)
def test_a_claim_can_fail(relation: str) -> None:
    value = MEASURES["rows per parameter"].of(Setting.of({"data": "faithful"}))
    assert value == 272 / 17
    holding = {"above": 15.9, "below": 16.1, "equals": 16.0, "near": 16.004}
    failing = {"above": 16.0, "below": 16.0, "equals": 16.1, "near": 16.006}
    setting = Setting.of({"data": "faithful"})
    assert Claim("rows per parameter", setting, relation, holding[relation]).holds()
    assert not Claim("rows per parameter", setting, relation, failing[relation]).holds()


def test_agreement_needs_true_groups() -> None:
    with pytest.raises(ParameterError, match="true groups"):
        Claim("agreement of K-means", Setting.of({"data": "faithful"}), "above", 0).holds()
