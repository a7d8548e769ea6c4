"""The catalogue's questions are read, checked and split into partitions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edgefill.catalogue.loader import load_catalogue
from edgefill.catalogue.questions.question_files import CatalogueQuestions
from edgefill.core.errors import CatalogueRefused
from edgefill.core.keys import Key
from edgefill.routing.routing_config import Partition

ASK = """\
ask:
  answer: answer
  tenants: [tern, gull]
  audiences: [guest, member, staff]
  clarify: {en: Did you mean}
"""
EXPERIENCE = """\
id: {id}
title: A text
goal: say it
format: text
tones: [warm]
{more}
slots:
  place: {{type: text, required: true, default: here, description: where}}
"""
IDS = {
    "hours": 'ask: {labels: {en: "When are you open?"}}',
    "jobs": "ask: {audiences: [staff]}",
    "points": "anonymous: false",
    "returns": "ask: {tenants: [gull]}",
    "answer": "open: true",
}


@pytest.fixture
def folder(write: Any) -> Path:
    """A catalogue with questions."""
    root: Path = write()
    (root / "shop.yaml").write_text((root / "shop.yaml").read_text() + ASK)
    for id_, more in IDS.items():
        put(root, f"experiences/{id_}.yaml", EXPERIENCE.format(id=id_, more=more))
        for locale in ("en", "de"):
            put(root, f"fallbacks/{id_}/{locale}.txt", "{{ place }}")
            if id_ != "answer":
                put(
                    root,
                    f"questions/{id_}/{locale}.txt",
                    f"# ours\n\n {locale} {id_}? \nwhen {id_}\n",
                )
    put(root, "questions/out-of-scope/en.txt", "who are you\n")
    return root


def put(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


def load_questions(folder: Path) -> CatalogueQuestions:
    questions = load_catalogue(folder).questions
    assert questions is not None
    return questions


@pytest.mark.parametrize(
    ("tenant", "audience", "routed"),
    [
        ("tern", "guest", {"hours"}),
        ("tern", "member", {"hours", "points"}),
        ("tern", "staff", {"hours", "points", "jobs"}),
        ("gull", "guest", {"hours", "returns"}),
        ("gull", "member", {"hours", "points", "returns"}),
    ],
)
def test_a_partition_has_only_its_own_examples(
    folder: Path, tenant: str, audience: str, routed: set[str]
) -> None:
    """Tenants, audiences and experiences that need a login are separated."""
    partition = Partition(tenant=tenant, locale="en", audience=audience)
    examples = load_questions(folder).collect_examples(partition)
    assert set(examples.utterances) == set(examples.labels) == routed
    assert examples.utterances["hours"] == ("en hours?", "when hours")
    assert examples.labels["hours"] == "When are you open?"
    assert examples.out_of_scope[0] == "who are you"


def test_questions_of_other_audiences_are_out_of_scope(folder: Path) -> None:
    """A router learns that another audience's questions have no answer here."""
    guest = Partition(tenant="tern", locale="en", audience="guest")
    assert load_questions(folder).collect_examples(guest).out_of_scope == (
        "who are you",
        "en jobs?",
        "en points?",
        "when jobs",
        "when points",
    )


def test_only_partitions_with_a_choice_have_a_router(folder: Path) -> None:
    """A partition with one experience has nothing to route."""
    paths = [str(partition) for partition in load_questions(folder).list_partitions()]
    assert "tern/en/guest" not in paths
    assert paths[:2] == ["tern/en/member", "tern/en/staff"]
    assert len(paths) == 10


def test_questions_do_not_change_versions(folder: Path) -> None:
    """Templates stay valid when only the questions change."""
    before = load_catalogue(folder)
    put(folder, "questions/hours/en.txt", "open when\n")
    after = load_catalogue(folder)
    assert (before.version, before.entry("hours")) == (after.version, after.entry("hours"))
    assert load_questions(folder).utterances["hours", "en"] == ("open when",)


def test_open_experiences_have_no_listed_keys(folder: Path) -> None:
    """Their keys are made from questions."""
    catalogue = load_catalogue(folder)
    keys = list(catalogue.list_keys())
    assert "answer" not in {key.experience for key in keys}
    assert all(catalogue.has(key) for key in keys)
    assert catalogue.has(Key(experience="answer", locale="en", case=f"q-{'0' * 20}"))
    assert not catalogue.has(Key(experience="answer", locale="en", case="any"))


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("shop.yaml", "answer: answer", "answer: hours", "ask.answer: 'hours' is not an"),
        ("shop.yaml", "answer: answer", "answer: lost", "ask.answer: 'lost' is not an"),
        ("shop.yaml", "{en: Did", "{fr: Did", "ask.clarify.fr: 'fr' is not among the locales"),
        ("shop.yaml", "[tern, gull]", "[tern, gull, gull]", "ask.tenants: a name is repeated"),
        ("shop.yaml", "[guest, member, staff]", "[guest]", "ask.audiences: List should have"),
        ("experiences/hours.yaml", '{en: "When', '{fr: "When', "ask.labels.fr: 'fr' is not among"),
        ("experiences/jobs.yaml", "[staff]", "[boss]", "ask.audiences.0: 'boss' is not declared"),
        ("experiences/returns.yaml", "[gull]", "[crow]", "ask.tenants.0: 'crow' is not declared"),
        ("experiences/answer.yaml", "open: true", "open: true\nanonymous: false", "anonymous: an"),
        (
            "experiences/answer.yaml",
            "open: true",
            "open: true\ncases: {dimensions: [tier], broaden: [tier], written: [any]}",
            "cases.dimensions: an open experience",
        ),
    ],
)
def test_contradictions_are_refused(
    folder: Path, file: str, old: str, new: str, message: str
) -> None:
    """The error has file, line and field."""
    text = (folder / file).read_text()
    assert old in text
    put(folder, file, text.replace(old, new))
    with pytest.raises(CatalogueRefused) as refused:
        load_catalogue(folder)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("file", "body", "message"),
    [
        ("questions/lost/en.txt", b"where", "questions/lost/en.txt: 'lost' is not an"),
        (
            "questions/hours/fr.txt",
            b"quand",
            "questions/hours/fr.txt: is not one of en.txt, de.txt",
        ),
        ("questions/hours/en.md", b"when", "questions/hours/en.md: is not one of"),
        ("questions/out-of-scope/en.contrast.txt", b"no", "is not one of en.txt, de.txt"),
        (
            "questions/hours/en.contrast.txt",
            b"closed?\n\nEN HOURS",
            "questions/hours/en.contrast.txt:3: 'EN HOURS' is also in line 3 of en.txt",
        ),
        ("questions/hours/en.txt", b"a\xff", "questions/hours/en.txt: is not UTF-8 at byte 1"),
        (
            "questions/hours/en.txt",
            b"a\n" + b"b" * 401,
            "questions/hours/en.txt:2: has 401 characters",
        ),
    ],
)
def test_invalid_question_files_are_refused(
    folder: Path, file: str, body: bytes, message: str
) -> None:
    """They have a misspelt name, another encoding or a line that is too long."""
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_bytes(body)
    with pytest.raises(CatalogueRefused) as refused:
        load_catalogue(folder)
    assert message in str(refused.value)


def test_an_experience_may_not_be_called_out_of_scope(folder: Path) -> None:
    """That folder holds the unanswered questions."""
    put(folder, "experiences/out-of-scope.yaml", EXPERIENCE.format(id="out-of-scope", more=""))
    with pytest.raises(CatalogueRefused, match="folder of unanswered questions"):
        load_catalogue(folder)


def test_a_shop_need_not_answer_questions(write: Any) -> None:
    """Without `ask` the catalogue has none."""
    assert load_catalogue(write()).questions is None
