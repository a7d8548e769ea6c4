"""Reads a text as a message to a customer, or says why it cannot be one, whoever judges it."""

from __future__ import annotations

import re

from edgefill.compiler.language.paths import TooManyPaths
from edgefill.core.errors import TemplateRefused
from edgefill.core.experience import Experience
from edgefill.judging.prose import Prose, read_prose

# a text that speaks to a judge or to a model, or about its own verdict, is no message to a customer
_IMITATION = re.compile(
    r"\b(?:judge|verdict|outcome|publishable|grade|urteil)\b[\"'*]*+\s*+[:=][\s\"'*]*+"
    r"(?:pass|fail|true|false|ok|yes|ja|gut)"
    r"|\b(?:verdict|outcome|urteil)\s+(?:is\s+|ist\s+|lautet\s+)?(?:pass|fail|true|positiv)"
    r"|\b(?:ignore|disregard|ignoriere)\b.{0,40}\b(?:instruction|rule|prompt|anweisung|regel)"
    r"|\b(?:dear|liebe[rs]?|hello|hallo)\s+(?:reviewer|judge|grader|moderator|prüfer|gutachter)"
    r"|\b(?:approve|publish|accept)\s+this\s+(?:message|text|template|draft)"
    r"|\b(?:message|text|template|draft)\b.{0,20}"
    r"\b(?:meets|fulfils|fulfills|satisfies|passes)\s+(?:every|all|each|the)\b"
    r"|\bdiese[rsnm]?\s+(?:text|nachricht|vorlage|entwurf)\b.{0,30}"
    r"\b(?:gut|erscheinen|veröffentlich\w*+|freigeb\w*+|freigegeben|erfüllt|bestanden)\b"
    r"|<\|[^|>]{1,40}\|>|\[/?INST\]"
    r"|[\"']criteria[\"']\s*:\s*[{\[]|(?<!-)-{3,}+\s*(?:BEGIN|END)\b",
    re.IGNORECASE | re.DOTALL,
)


def read_message(text: str, *, experience: Experience, locale: str) -> Prose | str:
    """The prose of a text with something to say to a customer; else why it fails."""
    if match := _IMITATION.search(text):
        return f"speaks to a judge or a model: {match[0][:60]!r}"
    try:
        prose = read_prose(text, experience=experience, locale=locale)
    except (TemplateRefused, TooManyPaths) as error:
        return f"cannot be read: {error}"
    return prose if prose.sentences else "the text says nothing"


def describe_excess(text: str, experience: Experience) -> str:
    """Why a text is too long to be judged; "" if it is not."""
    if len(text) <= experience.max_chars:
        return ""
    return f"{len(text)} characters; {experience.id} allows {experience.max_chars}"
