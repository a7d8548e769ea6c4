"""What texts assert is read, checked and selected by locale."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edgefill.catalogue.loader import load_catalogue
from edgefill.core.errors import CatalogueRefused
from edgefill.routing.routing_config import Partition
from tests.edgefill.catalogue.questions.test_question_files import ASK, EXPERIENCE, put

STATES = """\
open:
  opposites: [closed]
  words: {en: [opens, open again]}
closed:
  words:
    en: [clos*, "shut down"]
    de: [Geschlossen, macht zu]
"""
IDS = {
    "hours": "ask: {asserts: [open]}",
    "jobs": "ask: {labels: {en: Jobs}}",
    "answer": "open: true",
}
MEMBER = Partition(tenant="tern", locale="en", audience="member")


@pytest.fixture
def folder(write: Any) -> Path:
    """A catalogue whose hours assert that the shop is open."""
    root: Path = write()
    (root / "shop.yaml").write_text((root / "shop.yaml").read_text() + ASK)
    for id_, more in IDS.items():
        put(root, f"experiences/{id_}.yaml", EXPERIENCE.format(id=id_, more=more))
        for locale in ("en", "de"):
            put(root, f"fallbacks/{id_}/{locale}.txt", "{{ place }}")
            if id_ != "answer":
                put(root, f"questions/{id_}/{locale}.txt", f"{locale} {id_}?\nwhen {id_}\n")
    put(root, "questions/states.yaml", STATES)
    put(root, "questions/hours/en.contrast.txt", "# not ours\nare you closed\n")
    return root


def collect(folder: Path, partition: Partition = MEMBER) -> Any:
    questions = load_catalogue(folder).questions
    assert questions is not None
    return questions.collect_examples(partition)


def test_a_partition_has_the_states_of_its_locale(folder: Path) -> None:
    """Phrases are in the form of a question; opposites are mutual."""
    states = collect(folder).states
    assert states.phrases == {"open": ("opens", "open again"), "closed": ("clos*", "shut down")}
    assert states.asserts == {"hours": frozenset({"open"})}
    assert states.opposites == {"hours": frozenset({"closed"})}
    german = collect(folder, Partition(tenant="tern", locale="de", audience="member")).states
    assert german.phrases == {"open": (), "closed": ("geschlossen", "macht zu")}


def test_opposites_are_mutual(folder: Path) -> None:
    """A text may assert the state that another one names as its opposite."""
    path = folder / "experiences/hours.yaml"
    path.write_text(path.read_text().replace("[open]", "[closed]"))
    assert collect(folder).states.opposites == {"hours": frozenset({"open"})}


def test_contrasts_are_by_experience(folder: Path) -> None:
    """A comment is not one of them."""
    assert collect(folder).contrasts == {"hours": ("are you closed",), "jobs": ()}


def test_assertions_do_not_change_versions(folder: Path) -> None:
    """Texts stay valid when only the declarations of questions change."""
    before = load_catalogue(folder)
    path = folder / "experiences/hours.yaml"
    path.write_text(path.read_text().replace("ask: {asserts: [open]}\n", ""))
    (folder / "questions/states.yaml").unlink()
    after = load_catalogue(folder)
    assert (before.version, before.entry("hours")) == (after.version, after.entry("hours"))


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("hours", "[open]", "[lost]", "hours.yaml:6: ask.asserts.0: 'lost' is not a state of"),
        ("hours", "[open]", "[open, open]", "ask.asserts.1: 'open' is repeated"),
        ("hours", "[open]", "[open, closed]", "ask.asserts.1: 'closed' contradicts 'open'"),
        ("hours", "[open]", "open", "ask.asserts: Input should be a valid list"),
        ("answer", "open: true", "open: true\nask: {asserts: [open]}", "has no text of its own"),
        ("", "opposites: [closed]", "opposites: [gone]", "2: open.opposites.0: 'gone' is not a"),
        ("", "opposites: [closed]", "opposites: [open]", "2: open.opposites.0: a state does not"),
        ("", "{en: [opens", "{fr: [opens", "3: open.words.fr: 'fr' is not among the locales"),
        ("", "[opens, ", "[opens, opens, ", "3: open.words.en.1: 'opens' is repeated"),
        ("", "[opens, ", "[clos*, ", "3: open.words.en.0: 'clos*' is also of the opposite"),
        ("", "clos*", "cl*se", "6: closed.words.en.0: 'cl*se': a star ends a word"),
        ("", "clos*", "cl*", "6: closed.words.en.0: 'cl*': write at least 3 letters"),
        ("", "clos*", "shut-down", "6: closed.words.en.0: 'shut-down': a word has a character"),
        (
            "",
            "clos*",
            "so \U0001f512",
            "6: closed.words.en.0: 'so \U0001f512': a word has a character",
        ),
        ("", "clos*", "x", "6: closed.words.en.0: String should have at least 2"),
        (
            "",
            "closed:\n",
            "closed:\n  word: {}\n",
            "5: closed.word: 'word' is not a field here; ",
        ),
        ("", "open:\n", "spare: {}\nopen:\n", "1: spare: no experience asserts it or an opposite"),
        ("", STATES, "- open", "Input should be a valid dict"),
        ("", "[closed]", "[closed", "is not valid YAML"),
    ],
)
def test_every_mistake_has_file_and_line(
    folder: Path, file: str, old: str, new: str, message: str
) -> None:
    """In states.yaml (no `file`) and in an experience."""
    name = f"experiences/{file}.yaml" if file else "questions/states.yaml"
    text = (folder / name).read_text()
    assert old in text
    put(folder, name, text.replace(old, new, 1))
    with pytest.raises(CatalogueRefused) as refused:
        load_catalogue(folder)
    assert message in str(refused.value)
    assert str(refused.value).startswith(f"{name}:")


def test_an_assertion_needs_the_file(folder: Path) -> None:
    """Without states.yaml there is nothing to assert."""
    (folder / "questions/states.yaml").unlink()
    with pytest.raises(CatalogueRefused, match="'open' is not a state of"):
        load_catalogue(folder)
