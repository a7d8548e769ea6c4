"""Abstention: a writer that cannot answer a free question says so, and no text is made."""

from __future__ import annotations

import re

from edgefill.core.errors import WriterAbstained

# what templates/prompts/answer.j2 asks for
MARKER = "NO ANSWER"
_TAG = re.compile(r"<[^<>]*+>")


def is_abstention(text: str) -> bool:
    """Whether a text is only the marker, in any case, with or without markup or punctuation."""
    words = re.findall(r"\w+", _TAG.sub(" ", text))
    return " ".join(words).upper() == MARKER


def require_answer(text: str) -> None:
    """Raise WriterAbstained if the writer says that it cannot answer."""
    if is_abstention(text):
        raise WriterAbstained("the writer cannot answer the question")


def require_writer(*, answers_questions: bool) -> None:
    """Raise WriterAbstained if the writer's role has no prompt for questions."""
    if not answers_questions:
        raise WriterAbstained("the role `drafter` has no prompt for questions (roles.yaml)")
