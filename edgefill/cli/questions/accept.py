"""Accept a missed question into the catalogue, by its digest or by its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.questions.utterances import add_utterance, to_utterance
from edgefill.core.cases import QUESTION_PREFIX, is_question_case, make_question_case
from edgefill.core.errors import BadQuery, InputRefused
from edgefill.core.keys import parse_key
from edgefill.privacy.masking import mask_names
from edgefill.router_training.misses.miss_analysis import require_questions
from edgefill.routing.question import read_question


def resolve_question(
    question: str, locale: str | None, read_texts: Callable[[], Mapping[str, str]]
) -> tuple[str, str]:
    """The masked text and the locale of a question, which is a digest or words; InputRefused.

    `read_texts` returns the stored texts by key. It is called for a digest only.
    """
    if is_digest(question):
        return find_text(question, read_texts(), locale)
    if not locale:
        raise InputRefused("--accept TEXT needs --locale, the language of the text")
    return mask_text(question), locale


def is_digest(question: str) -> bool:
    """Whether `question` is a digest (20 hex digits, with or without `q-`) and not words."""
    return is_question_case(make_question_case(question.removeprefix(QUESTION_PREFIX)))


def find_text(digest: str, texts: Mapping[str, str], locale: str | None) -> tuple[str, str]:
    """The masked text and the locale of the question with that digest; `texts` by key.

    InputRefused when no text is stored, or when texts of several locales are stored and `locale`
    is not one of them.
    """
    case = make_question_case(digest.removeprefix(QUESTION_PREFIX))
    text_by_locale = {
        key.locale: text
        for key, text in ((parse_key(path), text) for path, text in texts.items())
        if key.case == case
    }
    if not text_by_locale:
        raise InputRefused(
            f"--accept {digest}: no text is stored for it; give its words and --locale instead"
        )
    if locale is None and len(text_by_locale) == 1:
        (locale,) = text_by_locale
    if locale not in text_by_locale:
        raise InputRefused(
            f"--accept {digest}: choose with --locale: {', '.join(sorted(text_by_locale))}"
        )
    return text_by_locale[locale], locale


def mask_text(raw: str) -> str:
    """`raw` as the API stores it: without numbers, addresses and names; InputRefused."""
    try:
        return mask_names(read_question(raw).text)
    except BadQuery as error:
        raise InputRefused(f"--accept: {error}") from error


def accept_question(
    text: str, catalogue: Catalogue, folder: Path, *, experience: str, locale: str
) -> tuple[str, Path]:
    """Declare a masked question in the catalogue's folder; returns the utterance and its file."""
    utterance = to_utterance(text)
    questions = require_questions(catalogue)
    path = add_utterance(folder, questions, experience=experience, locale=locale, text=utterance)
    return utterance, path
