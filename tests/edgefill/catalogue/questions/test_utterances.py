"""An accepted utterance is added to the catalogue on disk."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from edgefill.catalogue.loader import load_catalogue
from edgefill.catalogue.questions.question_files import CatalogueQuestions
from edgefill.catalogue.questions.utterances import add_utterance, index_utterances, to_utterance
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
    """A catalogue with the experience `hello`, which has two questions in English."""
    root: Path = write()
    (root / "shop.yaml").write_text((root / "shop.yaml").read_text() + ASK)
    (root / "experiences/answer.yaml").write_text(OPEN)
    (root / "questions/hello").mkdir(parents=True)
    (root / "questions/hello/en.txt").write_text("# ours\nhi there\ngood day")
    for locale in ("en", "de"):
        (root / "fallbacks/answer").mkdir(exist_ok=True)
        (root / f"fallbacks/answer/{locale}.txt").write_text("Well")
    return root


def load_questions(folder: Path) -> CatalogueQuestions:
    questions = load_catalogue(folder).questions
    assert questions is not None
    return questions


def add(folder: Path, text: str, **other: str) -> Path:
    destination = {"experience": "hello", "locale": "en"} | other
    return add_utterance(folder, load_questions(folder), text=text, **destination)


def test_a_text_is_appended_to_its_file(folder: Path) -> None:
    """Comments and a last line without a line end stay; no other file remains."""
    path = add(folder, "grüß gott")
    assert path == folder / "questions/hello/en.txt"
    assert path.read_text() == "# ours\nhi there\ngood day\ngrüß gott\n"
    assert load_questions(folder).utterances["hello", "en"] == ("hi there", "good day", "grüß gott")
    assert [each.name for each in (folder / "questions").iterdir()] == ["hello"]


def test_texts_accepted_at_the_same_time_are_all_added(folder: Path) -> None:
    """No writer overwrites the text of another."""
    texts = [f"how do you do {chr(97 + at)}" for at in range(16)]
    declared = load_questions(folder)
    with ThreadPoolExecutor(16) as executor:
        list(
            executor.map(
                lambda text: add_utterance(
                    folder, declared, experience="hello", locale="en", text=text
                ),
                texts,
            )
        )
    assert set(load_questions(folder).utterances["hello", "en"]) == {"hi there", "good day", *texts}


def test_a_first_text_creates_its_file(folder: Path) -> None:
    """So it does for a locale without questions, and for unanswered questions."""
    add(folder, "guten tag", locale="de")
    add(folder, "who are you", experience="out-of-scope")
    assert load_questions(folder).utterances["hello", "de"] == ("guten tag",)
    assert load_questions(folder).utterances["out-of-scope", "en"] == ("who are you",)


@pytest.mark.parametrize(
    ("text", "other", "message"),
    [
        ("hey", {"experience": "farewell"}, "'farewell'; choose one of hello, out-of-scope, or"),
        ("hey", {"experience": "answer"}, "no questions lead to 'answer'"),
        ("hey", {"experience": "../hello"}, "no questions lead to"),
        ("hey", {"locale": "fr"}, "locale 'fr': choose one of en, de"),
        ("Hi, there!", {}, "declared already, in questions/hello/en.txt"),
        ("hi there", {"experience": "out-of-scope"}, "declared already, in questions/hello/en"),
        ("a" * 401, {}, "401 characters; at most 400"),
        (" ", {}, "empty"),
    ],
)
def test_invalid_additions_are_refused(
    folder: Path, text: str, other: dict[str, str], message: str
) -> None:
    """The error has a remedy; the file stays unchanged."""
    with pytest.raises(InputRefused) as refused:
        add(folder, text, **other)
    assert message in str(refused.value)
    assert (folder / "questions/hello/en.txt").read_text() == "# ours\nhi there\ngood day"


def test_a_folder_that_cannot_be_written_is_named(folder: Path) -> None:
    """Here a file has the folder's name."""
    questions = load_questions(folder)
    (folder / "questions/out-of-scope").write_text("")
    with pytest.raises(InputRefused, match=r"out-of-scope/en\.txt: .*can be written"):
        add_utterance(folder, questions, experience="out-of-scope", locale="en", text="hey")


def test_the_old_file_stays_if_the_new_one_cannot_be_written(folder: Path) -> None:
    """Here a folder has the name of the partial file."""
    (folder / "questions/.hello-en.txt").mkdir()
    with pytest.raises(InputRefused, match="can be written"):
        add(folder, "hey")
    assert (folder / "questions/hello/en.txt").read_text() == "# ours\nhi there\ngood day"


@pytest.mark.parametrize(
    ("masked", "utterance"),
    [
        ("where is order #", "where is order #"),
        ("is [name] in today", "is in today"),
        ("# is late", "(#) is late"),
    ],
)
def test_masks_of_the_edge_stay(masked: str, utterance: str) -> None:
    """Those of numbers and addresses stay, at the start of a line too; that of a name does not."""
    assert to_utterance(masked) == utterance
    if "[name]" not in masked:
        assert read_question(utterance) == read_question(masked)


@pytest.mark.parametrize("masked", ["[name]", "# @", "[name] #", "", "(#)"])
def test_a_question_of_only_masks_is_refused(masked: str) -> None:
    """A router could not learn from it."""
    with pytest.raises(InputRefused, match="only masks"):
        to_utterance(masked)


def test_utterances_are_indexed_by_digest(folder: Path) -> None:
    """The spelling does not matter; a line that is not a question is left out."""
    (folder / "questions/hello/de.txt").write_text("Guten Tag!\n\u0300\n''\n")
    assert (
        index_utterances(load_questions(folder))["de", read_question("guten tag").digest] == "hello"
    )


def test_a_contrast_is_not_accepted(folder: Path) -> None:
    """The experience must not answer it, so nothing is written and the catalogue stays valid."""
    (folder / "questions/hello/en.contrast.txt").write_text("go away\n")
    with pytest.raises(InputRefused, match=r"it is in questions/hello/en\.contrast\.txt; remove"):
        add(folder, "Go away!")
    assert load_questions(folder).utterances["hello", "en"] == ("hi there", "good day")
