"""Adds an utterance that a person accepted to the questions of a catalogue's folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from edgefill.catalogue.questions.question_files import (
    COMMENT_MARK,
    CONTRAST_SUFFIX,
    MAX_UTTERANCE_CHARS,
    QUESTIONS_FOLDER,
    CatalogueQuestions,
    identify_utterance,
)
from edgefill.core.errors import BadQuery, InputRefused
from edgefill.privacy import remove_name_masks
from edgefill.routing.question import ADDRESS_MASK, NUMBER_MASK, Question, read_question


def to_utterance(masked: str) -> str:
    """A masked question in the form that a router learns; InputRefused if only masks remain.

    The masks of numbers and addresses stay, since the edge masks what it routes in the same way.
    The edge does not mask names, and nobody types the mask of a name, so that mask is removed.
    """
    text = remove_name_masks(masked)
    if not _has_words(text):
        raise InputRefused("the question has only masks; a router cannot learn from it")
    if text.startswith(COMMENT_MARK):
        # a question reads the same in parentheses, and its line is then not a comment
        return f"({text[0]}){text[1:]}"
    return text


def index_utterances(questions: CatalogueQuestions) -> dict[tuple[str, str], str]:
    """The experience (or OUT_OF_SCOPE) of each declared question, by locale and digest."""
    experiences: dict[tuple[str, str], str] = {}
    for (experience, locale), texts in questions.utterances.items():
        for text in texts:
            # training reports an utterance that is not a question
            with suppress(BadQuery):
                experiences[locale, read_question(text).digest] = experience
    return experiences


def add_utterance(
    folder: Path, questions: CatalogueQuestions, *, experience: str, locale: str, text: str
) -> Path:
    """Append `text` to questions/<experience>/<locale>.txt and return that file.

    `folder` is the catalogue's. InputRefused, without writing anything, for an unknown experience
    or locale, a text that is declared already, one that the experience must not answer, and a
    folder that cannot be written.
    """
    _check_destination(questions, experience, locale)
    digest = _read_utterance(text).digest
    _refuse_contrast(questions, experience, locale, digest)
    declared_in = index_utterances(questions).get((locale, digest))
    if declared_in:
        raise InputRefused(
            f"{text!r} is declared already, in {QUESTIONS_FOLDER}/{declared_in}/{locale}.txt"
        )
    path = folder / QUESTIONS_FOLDER / experience / f"{locale}.txt"
    try:
        _append_line(path, text)
    except OSError as error:
        raise InputRefused(
            f"{path}: {error.strerror}; name a folder that can be written"
        ) from error
    return path


def _has_words(text: str) -> bool:
    try:
        words = read_question(text).words
    except BadQuery:
        return False
    return any(word not in (NUMBER_MASK, ADDRESS_MASK) for word in words)


def _check_destination(questions: CatalogueQuestions, experience: str, locale: str) -> None:
    experiences = sorted({id_ for id_, _ in questions.utterances})
    if experience not in experiences:
        raise InputRefused(
            f"no questions lead to {experience!r}; choose one of {', '.join(experiences)}, or "
            f"declare it first, in experiences/{experience}.yaml"
        )
    if locale not in questions.locales:
        raise InputRefused(f"locale {locale!r}: choose one of {', '.join(questions.locales)}")


def _refuse_contrast(
    questions: CatalogueQuestions, experience: str, locale: str, digest: str
) -> None:
    for contrast in questions.contrasts.get((experience, locale), ()):
        if identify_utterance(contrast) == digest:
            name = f"{QUESTIONS_FOLDER}/{experience}/{locale}{CONTRAST_SUFFIX}"
            raise InputRefused(f"{contrast!r} must not be answered: it is in {name}; remove it")


def _read_utterance(text: str) -> Question:
    if len(text) > MAX_UTTERANCE_CHARS:
        raise InputRefused(
            f"the question has {len(text)} characters; at most {MAX_UTTERANCE_CHARS} are allowed"
        )
    try:
        return read_question(text)
    except BadQuery as error:
        raise InputRefused(str(error)) from error


def _append_line(path: Path, text: str) -> None:
    """Append a line atomically: the new file replaces the old one when it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # next to the experiences' folders, where the catalogue reads no file
    partial = path.parent.with_name(f".{path.parent.name}-{path.name}")
    with _lock_folder(path.parent):
        before = path.read_bytes() if path.exists() else b""
        line_end = b"\n" if before and not before.endswith(b"\n") else b""
        try:
            partial.write_bytes(before + line_end + text.encode() + b"\n")
            if before:
                partial.chmod(path.stat().st_mode)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


@contextmanager
def _lock_folder(folder: Path) -> Iterator[None]:
    """Exclude other writers in `folder`; the lock ends with its process (flock(2))."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
