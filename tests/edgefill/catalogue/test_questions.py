"""Free questions as the catalogue declares them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edgefill.catalogue.loader import load_catalogue
from edgefill.catalogue.questions import CatalogueQuestions
from edgefill.core.errors import CatalogueRefused
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


def questions(folder: Path) -> CatalogueQuestions:
    read = load_catalogue(folder / "").questions
    assert read is not None
    return read


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
def test_a_partition_has_its_own_examples_alone(
    folder: Path, tenant: str, audience: str, routed: set[str]
) -> None:
    """Tenant, audience and a login that an experience asks for are borders."""
    partition = Partition(tenant=tenant, locale="en", audience=audience)
    examples = questions(folder).collect_examples(partition)
    assert set(examples.utterances) == set(examples.labels) == routed
    assert examples.utterances["hours"] == ("en hours?", "when hours")
    assert examples.labels["hours"] == "When are you open?"
    assert examples.out_of_scope[0] == "who are you"


def test_what_others_may_ask_is_out_of_scope_here(folder: Path) -> None:
    """Another audience's experience is no answer, and its words say so."""
    guest = Partition(tenant="tern", locale="en", audience="guest")
    assert questions(folder).collect_examples(guest).out_of_scope == (
        "who are you",
        "en jobs?",
        "en points?",
        "when jobs",
        "when points",
    )


def test_only_partitions_with_a_choice_have_a_router(folder: Path) -> None:
    """One experience alone cannot be told from another."""
    named = [str(partition) for partition in questions(folder).list_partitions()]
    assert "tern/en/guest" not in named
    assert named[:2] == ["tern/en/member", "tern/en/staff"]
    assert len(named) == 10


def test_questions_make_no_template_stale(folder: Path) -> None:
    """Versions are of what a text says, not of how it is asked for."""
    before = load_catalogue(folder)
    put(folder, "questions/hours/en.txt", "open when\n")
    after = load_catalogue(folder)
    assert (before.version, before.entry("hours")) == (after.version, after.entry("hours"))
    assert questions(folder).utterances["hours", "en"] == ("open when",)


def test_open_experiences_have_no_keys_to_write_ahead(folder: Path) -> None:
    """Their keys are made of questions, and those are theirs."""
    catalogue = load_catalogue(folder)
    keys = list(catalogue.keys())
    assert "answer" not in {key.experience for key in keys}
    assert all(catalogue.has(key) for key in keys)


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("shop.yaml", "answer: answer", "answer: hours", "ask.answer: 'hours' is no experience"),
        ("shop.yaml", "answer: answer", "answer: lost", "ask.answer: 'lost' is no experience"),
        ("shop.yaml", "{en: Did", "{fr: Did", "ask.clarify.fr: 'fr' is not among the locales"),
        ("shop.yaml", "[tern, gull]", "[tern, gull, gull]", "ask.tenants: names one twice"),
        ("shop.yaml", "[guest, member, staff]", "[guest]", "ask.audiences: List should have"),
        ("experiences/hours.yaml", '{en: "When', '{fr: "When', "ask.labels.fr: 'fr' is not among"),
        ("experiences/jobs.yaml", "[staff]", "[boss]", "ask.audiences.0: 'boss' is none of the"),
        ("experiences/returns.yaml", "[gull]", "[crow]", "ask.tenants.0: 'crow' is none of the"),
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
    folder: Path, file: str, old: str, new: str, named: str
) -> None:
    """With file, line and field."""
    text = (folder / file).read_text()
    assert old in text
    put(folder, file, text.replace(old, new))
    with pytest.raises(CatalogueRefused) as refused:
        load_catalogue(folder)
    assert named in str(refused.value)


@pytest.mark.parametrize(
    ("file", "said", "named"),
    [
        ("questions/lost/en.txt", b"where", "questions/lost/en.txt: no experience 'lost'"),
        ("questions/hours/fr.txt", b"quand", "questions/hours/fr.txt: is none of en.txt, de.txt"),
        ("questions/hours/en.md", b"when", "questions/hours/en.md: is none of"),
        ("questions/hours/en.txt", b"a\xff", "questions/hours/en.txt: is not UTF-8 at byte 1"),
        ("questions/hours/en.txt", b"a\n" + b"b" * 401, "questions/hours/en.txt:2: 401 characters"),
    ],
)
def test_files_that_nothing_could_read_are_refused(
    folder: Path, file: str, said: bytes, named: str
) -> None:
    """A misspelt name, another encoding, a line that is no utterance."""
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_bytes(said)
    with pytest.raises(CatalogueRefused) as refused:
        load_catalogue(folder)
    assert named in str(refused.value)


def test_an_experience_is_not_called_like_the_unanswered(folder: Path) -> None:
    """Its folder is taken."""
    put(folder, "experiences/out-of-scope.yaml", EXPERIENCE.format(id="out-of-scope", more=""))
    with pytest.raises(CatalogueRefused, match="folder of unanswered questions"):
        load_catalogue(folder)


def test_a_shop_may_answer_no_questions(write: Any) -> None:
    """Without `ask` there are none."""
    assert load_catalogue(write()).questions is None
