"""Reads a template as its readers would: the sentences of every combination of optional parts.

The lint's readings (edgefill/compiler/lint), with each blank as one token such as `{order_id}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from edgefill.compiler.language.expressions import ExpressionTranslator
from edgefill.compiler.language.source import read_source
from edgefill.compiler.language.statements import StatementTranslator
from edgefill.compiler.language.typed_tree import Body, Scope
from edgefill.compiler.lint.readings import BLANK, Blanks, Passage, read_combinations
from edgefill.compiler.lint.sentences import split_sentences
from edgefill.core.experience import Experience

# what stands for a list that is printed, and for an item of it
ITEM = "{item}"
_TOKEN = re.compile(rf"[{BLANK}]|\w+(?:['\u2019.-]\w+)*|[^\w\s]")

Sentence = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """A template's distinct sentences in reading order, and the sentences of each reading.

    A sentence is its tokens: words, punctuation marks, and slots such as `{name}`. Its first word
    is in lower case unless the word is in capitals.
    """

    sentences: tuple[Sentence, ...]
    paths: tuple[tuple[Sentence, ...], ...]


def read_prose(text: str, *, experience: Experience, locale: str) -> Prose:
    """The prose of a template; TemplateRefused if its syntax cannot be read, or TooManyPaths."""
    blanks = Blanks()
    readings = read_combinations(
        _parse(text, experience, locale), experience, items=1, blanks=blanks
    )
    names = {
        character: _name_blank(json.loads(expression), experience)
        for expression, character in blanks.characters.items()
    }
    urls = "".join(character for character, name in names.items() if _is_url(name, experience))
    paths = dict.fromkeys(
        tuple(sentence for passage in reading for sentence in _split(passage, names, urls))
        for reading in readings
    )
    return Prose(
        sentences=tuple(dict.fromkeys(sentence for path in paths for sentence in path)),
        paths=tuple(paths),
    )


def _parse(text: str, experience: Experience, locale: str) -> Body:
    source = read_source(text, "the text")
    scope = Scope(variables={slot.name: slot for slot in experience.slots})
    expressions = ExpressionTranslator(
        source=source, locale=locale, slot_names=frozenset(scope.variables)
    )
    statements = StatementTranslator(
        expressions=expressions, allow_booleans=experience.format == "json"
    )
    body = statements.translate_body(source.parse().body, scope)
    if statements.refusals:
        raise statements.refusals[0]
    return body


def _name_blank(data: list[Any], experience: Experience) -> str:
    """The token of an expression in program form: a slot, a field of an item, or ITEM."""
    kind, name = _find_name(data)
    slot = experience.find_slot(name)
    if kind == "slot" and (slot is None or slot.type == "list"):
        return ITEM
    return f"{{{name}}}"


def _find_name(data: list[Any]) -> tuple[str, str]:
    if data[0] in {"slot", "field"}:
        return str(data[0]), str(data[-1])
    parts = (part for part in data if isinstance(part, list) and part)
    return next((found for found in map(_find_name, parts) if found[1]), ("", ""))


def _is_url(name: str, experience: Experience) -> bool:
    slot = experience.find_slot(name[1:-1])
    return slot is not None and slot.type == "url"


def _split(passage: Passage, names: Mapping[str, str], urls: str) -> Iterator[Sentence]:
    """The sentences of a passage; a URL before a capital letter also ends one."""
    for sentence in split_sentences((passage,)):
        parts = [sentence.text]
        if urls:
            parts = re.split(rf"(?<=[{urls}])\s+(?=[A-ZÄÖÜ])", sentence.text)
        yield from filter(None, (_tokenize(part, names) for part in parts))


def _tokenize(sentence: str, names: Mapping[str, str]) -> Sentence:
    tokens = [names.get(token, token) for token in _TOKEN.findall(sentence)]
    if tokens and tokens[0].istitle():
        tokens[0] = tokens[0].lower()
    return tuple(tokens)


def join_sentence(sentence: Sentence) -> str:
    """A sentence for people, at most 120 characters."""
    text = re.sub(r" ([.,!?:;…])", r"\1", " ".join(sentence))
    return text if len(text) <= 120 else f"{text[:117]}..."
