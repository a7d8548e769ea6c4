"""Adding an utterance to a catalogue on disk."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from edgefill.catalogue.loader import load_catalogue
from edgefill.catalogue.questions import CatalogueQuestions
from edgefill.catalogue.utterances import add_utterance, index_utterances, to_utterance
from edgefill.core.errors import InputRefused
from edgefill.routing.question import read_question

ASK = "ask: {answer: answer, tenants: [tern], audiences: [guest, member]}\n"
OPEN = """\
id: answer
title: An answer
goal: answer
format: text
tones: [warm]
open: true
slots:
  name: {type: name, default: you, description: first name}
"""


@pytest.fixture
def folder(write: Any) -> Path:
    """A catalogue with the experience `hello`, whose English questions are two."""
    root: Path = write()
    (root / "shop.yaml").write_text((root / "shop.yaml").read_text() + ASK)
    (root / "experiences/answer.yaml").write_text(OPEN)
    (root / "questions/hello").mkdir(parents=True)
    (root / "questions/hello/en.txt").write_text("# ours\nhi there\ngood day")
    for locale in ("en", "de"):
        (root / "fallbacks/answer").mkdir(exist_ok=True)
        (root / f"fallbacks/answer/{locale}.txt").write_text("Well")
    return root


def questions(folder: Path) -> CatalogueQuestions:
    read = load_catalogue(folder).questions
    assert read is not None
    return read


def add(folder: Path, text: str, **other: str) -> Path:
    where = {"experience": "hello", "locale": "en"} | other
    return add_utterance(folder, questions(folder), text=text, **where)


def test_a_text_goes_to_the_end_of_its_file(folder: Path) -> None:
    """Comments, and a last line without an end, stay what they were; nothing else is left."""
    path = add(folder, "grüß gott")
    assert path == folder / "questions/hello/en.txt"
    assert path.read_text() == "# ours\nhi there\ngood day\ngrüß gott\n"
    assert questions(folder).utterances["hello", "en"] == ("hi there", "good day", "grüß gott")
    assert [each.name for each in (folder / "questions").iterdir()] == ["hello"]


def test_texts_that_are_accepted_at_once_all_stand(folder: Path) -> None:
    """Two people, or a script in a hurry: no text takes another's place."""
    texts = [f"how do you do {chr(97 + at)}" for at in range(16)]
    known = questions(folder)
    with ThreadPoolExecutor(16) as crowd:
        list(
            crowd.map(
                lambda text: add_utterance(
                    folder, known, experience="hello", locale="en", text=text
                ),
                texts,
            )
        )
    assert set(questions(folder).utterances["hello", "en"]) == {"hi there", "good day", *texts}


def test_a_first_text_makes_its_file(folder: Path) -> None:
    """Of a locale without questions, and of what no experience answers."""
    add(folder, "guten tag", locale="de")
    add(folder, "who are you", experience="out-of-scope")
    assert questions(folder).utterances["hello", "de"] == ("guten tag",)
    assert questions(folder).utterances["out-of-scope", "en"] == ("who are you",)


@pytest.mark.parametrize(
    ("text", "other", "named"),
    [
        ("hey", {"experience": "farewell"}, "'farewell'; choose of hello, out-of-scope, or decl"),
        ("hey", {"experience": "answer"}, "no questions lead to 'answer'"),
        ("hey", {"experience": "../hello"}, "no questions lead to"),
        ("hey", {"locale": "fr"}, "locale 'fr': choose of en, de"),
        ("Hi, there!", {}, "declared already, in questions/hello/en.txt"),
        ("hi there", {"experience": "out-of-scope"}, "declared already, in questions/hello/en"),
        ("a" * 401, {}, "401 characters; at most 400"),
        (" ", {}, "empty"),
    ],
)
def test_what_cannot_be_added_is_refused(
    folder: Path, text: str, other: dict[str, str], named: str
) -> None:
    """With the remedy; the file stays as it was."""
    with pytest.raises(InputRefused) as refused:
        add(folder, text, **other)
    assert named in str(refused.value)
    assert (folder / "questions/hello/en.txt").read_text() == "# ours\nhi there\ngood day"


def test_a_folder_that_cannot_be_written_is_named(folder: Path) -> None:
    """A file stands where the folder should be."""
    standing = questions(folder)
    (folder / "questions/out-of-scope").write_text("")
    with pytest.raises(InputRefused, match=r"out-of-scope/en\.txt: .*can be written"):
        add_utterance(folder, standing, experience="out-of-scope", locale="en", text="hey")


def test_the_old_file_stands_when_the_new_one_cannot(folder: Path) -> None:
    """The place of the unfinished file is taken, as on a full disk."""
    (folder / "questions/.hello-en.txt").mkdir()
    with pytest.raises(InputRefused, match="can be written"):
        add(folder, "hey")
    assert (folder / "questions/hello/en.txt").read_text() == "# ours\nhi there\ngood day"


@pytest.mark.parametrize(
    ("masked", "learnt"),
    [
        ("where is order #", "where is order #"),
        ("is [name] in today", "is in today"),
        ("# is late", "(#) is late"),
    ],
)
def test_marks_stay_where_the_edge_makes_them(masked: str, learnt: str) -> None:
    """Numbers and addresses, at the start of a line too; names are never typed as marks."""
    assert to_utterance(masked) == learnt
    if "[name]" not in masked:
        assert read_question(learnt) == read_question(masked)


@pytest.mark.parametrize("masked", ["[name]", "# @", "[name] #", "", "(#)"])
def test_marks_alone_teach_nothing(masked: str) -> None:
    """They are refused."""
    with pytest.raises(InputRefused, match="masks alone"):
        to_utterance(masked)


def test_declared_questions_are_known_by_digest(folder: Path) -> None:
    """In any spelling; a line that is no question is nobody's."""
    (folder / "questions/hello/de.txt").write_text("Guten Tag!\n\u0300\n''\n")
    assert index_utterances(questions(folder))["de", read_question("guten tag").digest] == "hello"
