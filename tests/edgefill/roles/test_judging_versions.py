"""The versions of the configured judge and critic, without a model, a service or a key."""

from __future__ import annotations

from pathlib import Path

from edgefill.catalogue.catalogue import Catalogue
from edgefill.roles.judging_versions import find_judging_versions
from tests.edgefill.roles.conftest import SMALL

LARGE = (
    "drafter: {engine: service}\n"
    "judge: {engine: openai, url: 'http://judge', model: big, key_env: ABSENT}\n"
    "critic: {engine: service}\n"
)


def test_a_small_judge_has_the_version_of_its_file(templates: Path, catalogue: Catalogue) -> None:
    (templates / "roles.yaml").write_text(SMALL)
    versions = find_judging_versions(templates, catalogue)
    assert versions["judge"]
    assert versions["critic"] == ""


def test_a_large_judge_changes_with_its_rubric(templates: Path, catalogue: Catalogue) -> None:
    """Its server's key is not needed."""
    (templates / "roles.yaml").write_text(LARGE)
    before = find_judging_versions(templates, catalogue)
    rubric = templates / "judging/rubric.yaml"
    rubric.write_text(rubric.read_text().replace("0.5", "0.6"))
    after = find_judging_versions(templates, catalogue)
    assert before["judge"] != after["judge"]
    assert before["critic"] == after["critic"] != ""


def test_without_a_judge_the_version_is_empty(templates: Path, catalogue: Catalogue) -> None:
    (templates / "roles.yaml").write_text("drafter: {engine: service}\n")
    assert find_judging_versions(templates, catalogue) == {"judge": "", "critic": ""}
