"""Utterances: adding one to a catalogue's questions, as a person accepts it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from edgefill.catalogue.questions import (
    COMMENT_MARK,
    MAX_UTTERANCE_CHARS,
    QUESTIONS_FOLDER,
    CatalogueQuestions,
)
from edgefill.core.errors import BadQuery, InputRefused
from edgefill.routing.question import ADDRESS_MASK, NAME_MASK, NUMBER_MASK, Question, read_question


def to_utterance(masked: str) -> str:
    """A masked question as a router may learn it; InputRefused when nothing but masks is in it.

    `#` and `@` stay: the edge masks what it routes the same way. It does not mask names, so the
    mark of a name, which nobody types, goes.
    """
    said = " ".join(masked.replace(NAME_MASK, " ").split())
    if not _is_said(said):
        raise InputRefused("the question holds masks alone; there is nothing to learn from it")
    return f"({said[0]}){said[1:]}" if said.startswith(COMMENT_MARK) else said  # it reads the same


def index_utterances(questions: CatalogueQuestions) -> dict[tuple[str, str], str]:
    """The experience (or out-of-scope) of each declared question, by locale and digest."""
    found: dict[tuple[str, str], str] = {}
    for (experience, locale), said in questions.utterances.items():
        for text in said:
            with suppress(BadQuery):  # the trainer names it
                found[locale, read_question(text).digest] = experience
    return found


def add_utterance(
    folder: Path, questions: CatalogueQuestions, *, experience: str, locale: str, text: str
) -> Path:
    """Put `text` at the end of questions/<experience>/<locale>.txt and return that file.

    `folder` is the catalogue's. InputRefused, and nothing written, for an unknown experience or
    locale, a text that is declared already, and a folder that cannot be written.
    """
    _refuse_unknown(questions, experience, locale)
    standing = index_utterances(questions).get((locale, _readable(text).digest))
    if standing:
        raise InputRefused(
            f"{text!r} is declared already, in {QUESTIONS_FOLDER}/{standing}/{locale}.txt"
        )
    path = folder / QUESTIONS_FOLDER / experience / f"{locale}.txt"
    try:
        _append(path, text)
    except OSError as error:
        raise InputRefused(
            f"{path}: {error.strerror}; name a folder that can be written"
        ) from error
    return path


def _is_said(text: str) -> bool:
    try:
        words = read_question(text).words
    except BadQuery:
        return False
    return any(word not in (NUMBER_MASK, ADDRESS_MASK) for word in words)


def _refuse_unknown(questions: CatalogueQuestions, experience: str, locale: str) -> None:
    known = sorted({id_ for id_, _ in questions.utterances})
    if experience not in known:
        raise InputRefused(
            f"no questions lead to {experience!r}; choose of {', '.join(known)}, or declare it "
            f"first, in experiences/{experience}.yaml"
        )
    if locale not in questions.locales:
        raise InputRefused(f"locale {locale!r}: choose of {', '.join(questions.locales)}")


def _readable(text: str) -> Question:
    if len(text) > MAX_UTTERANCE_CHARS:
        raise InputRefused(
            f"the question has {len(text)} characters; at most {MAX_UTTERANCE_CHARS}"
        )
    try:
        return read_question(text)
    except BadQuery as error:
        raise InputRefused(str(error)) from error


def _append(path: Path, text: str) -> None:
    """All of it or nothing: the old file stands until the new one is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.parent.with_name(f".{path.parent.name}-{path.name}")  # where no catalogue is read
    with _alone(path.parent):
        before = path.read_bytes() if path.exists() else b""
        joint = b"\n" if before and not before.endswith(b"\n") else b""
        try:
            part.write_bytes(before + joint + text.encode() + b"\n")
            if before:
                part.chmod(path.stat().st_mode)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else appends in `folder` meanwhile; the lock goes with its holder (flock(2))."""
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
