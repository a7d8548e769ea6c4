"""A rubric that contradicts itself is refused with file, line and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgefill.catalogue.loader import load_catalogue
from edgefill.core.errors import CatalogueRefused
from edgefill.judging.large import Rubric, load_rubric

TEMPLATES = Path(__file__).parents[4] / "templates"
GOOD = """\
threshold: 0.7
criteria:
  - {id: complete, wording: Every sentence is complete.}
  - {id: tone, wording: It has the tone.}
fail: [complete]
ignore:
  - {id: bland, wording: Bland wording.}
experiences:
  welcome:
    add: [{id: warm, wording: It is warm.}]
    drop: [tone]
"""


def load(path: Path, text: str) -> Rubric:
    (path / "rubric.yaml").write_text(text, encoding="utf-8")
    return load_rubric(path / "rubric.yaml", experiences={"welcome", "news"})


def test_an_experience_adds_and_drops_criteria(tmp_path: Path) -> None:
    """What it adds decides."""
    rubric = load(tmp_path, GOOD)
    welcome, news = rubric.select("welcome"), rubric.select("news")
    assert [each.id for each in news.criteria] == ["complete", "tone"]
    assert [each.id for each in welcome.criteria] == ["complete", "warm"]
    assert welcome.deciding == {"complete", "warm"}
    assert welcome.ignored == ("Bland wording.",)


def test_the_version_changes_with_the_rubric(tmp_path: Path) -> None:
    again, other = load(tmp_path, GOOD), load(tmp_path, GOOD.replace("0.7", "0.8"))
    assert load(tmp_path, GOOD).version == again.version != other.version


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("id: tone", "id: complete", "4: criteria.1: 'complete' is repeated; keep one"),
        ("id: bland", "id: complete", "5: fail.0: 'complete' both fails a text and is ignored"),
        ("id: bland", "id: tone", "7: ignore.0: 'tone' is a criterion and is ignored"),
        ("[complete]", "[complete, sense]", "5: fail.1: 'sense' is not among the criteria"),
        ("[complete]", "[complete, complete]", "5: fail.1: 'complete' is repeated"),
        ("[complete]", "[]", "5: fail: List should have at least 1 item"),
        ("drop: [tone]", "drop: [warm]", "10: experiences.welcome.add.0: 'warm' is added and dr"),
        ("id: warm", "id: tone", "10: experiences.welcome.add.0: 'tone' is added and dropped"),
        ("id: warm", "id: complete", "'complete' is among the criteria already; remove it"),
        ("id: warm", "id: bland", "'bland' both fails a text and is ignored; keep one"),
        ("drop: [tone]", "drop: [sense]", "11: experiences.welcome.drop.0: 'sense' is not among"),
        ("  welcome:", "  goodbye:", "9: experiences.goodbye: 'goodbye' is not an experience"),
        ("0.7", "1.0", "1: threshold: Input should be less than 1"),
        ("0.7", "0", "1: threshold: Input should be greater than 0"),
        ("Bland wording.", "''", "7: ignore.0.wording: String should have at least 1 character"),
        ("0.7", ".nan", "1: threshold: Input should be a valid number"),
        ("0.7", ".inf", "1: threshold: Input should be a valid number"),
        (GOOD, "", "1: file: is empty; write fields, one `name: value` per line"),
        (GOOD, "a: [", "is not valid YAML"),
    ],
)
def test_a_contradiction_is_refused(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert old in GOOD
    with pytest.raises(CatalogueRefused) as refused:
        load(tmp_path, GOOD.replace(old, new))
    assert problem in str(refused.value)
    assert str(refused.value).startswith("judging/rubric.yaml:")


def test_a_rubric_without_a_deciding_criterion_for_an_experience_is_refused(
    tmp_path: Path,
) -> None:
    change = "add: [{id: warm, wording: It is warm.}]\n    drop: [tone]"
    with pytest.raises(CatalogueRefused, match="no criterion that fails a text is left"):
        load(tmp_path, GOOD.replace(change, "drop: [complete]"))


def test_all_contradictions_are_reported_together(tmp_path: Path) -> None:
    text = GOOD.replace("id: tone", "id: complete").replace("[complete]", "[sense]")
    with pytest.raises(CatalogueRefused) as refused:
        load(tmp_path, text)
    assert len(str(refused.value).splitlines()) == 3


def test_the_rubric_of_the_demo_shop_is_valid() -> None:
    rubric = load_rubric(
        TEMPLATES / "judging" / "rubric.yaml",
        experiences=load_catalogue(TEMPLATES / "catalogue").entries,
    )
    assert "apology" in rubric.select("order-delayed").deciding
