"""Accepting a missed question into the catalogue: by its digest, or in words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.utterances import add_utterance, to_utterance
from edgefill.core.cases import QUESTION_PREFIX, is_question_case, make_question_case
from edgefill.core.errors import BadQuery, InputRefused
from edgefill.core.keys import parse_key
from edgefill.privacy.masking import mask_names
from edgefill.router_training.misses.miss_analysis import require_questions
from edgefill.routing.question import read_question


def is_digest(accepted: str) -> bool:
    """Whether `accepted` names a question rather than asks it: 20 hex digits, or `q-` and those."""
    return is_question_case(make_question_case(accepted.removeprefix(QUESTION_PREFIX)))


def kept_text(digest: str, texts: Mapping[str, str], locale: str | None) -> tuple[str, str]:
    """The masked text and the locale of the question with that digest; `texts` by key.

    InputRefused when it is not kept, or asked in several locales and `locale` does not choose.
    """
    case = make_question_case(digest.removeprefix(QUESTION_PREFIX))
    found = {
        key.locale: text
        for key, text in ((parse_key(path), text) for path, text in texts.items())
        if key.case == case
    }
    if not found:
        raise InputRefused(
            f"--accept {digest}: no text is kept for it; give the question in words, and --locale"
        )
    if locale is None and len(found) == 1:
        (locale,) = found
    if locale not in found:
        raise InputRefused(f"--accept {digest}: choose with --locale: {', '.join(sorted(found))}")
    return found[locale], locale


def masked(raw: str) -> str:
    """Words as the API keeps them: without numbers, addresses and names; InputRefused."""
    try:
        return mask_names(read_question(raw).text)
    except BadQuery as error:
        raise InputRefused(f"--accept: {error}") from error


def accept(
    text: str, catalogue: Catalogue, folder: Path, *, experience: str, locale: str
) -> tuple[str, Path]:
    """Declare a masked question in the catalogue's folder: the utterance, and its file."""
    utterance = to_utterance(text)
    questions = require_questions(catalogue)
    path = add_utterance(folder, questions, experience=experience, locale=locale, text=utterance)
    return utterance, path
