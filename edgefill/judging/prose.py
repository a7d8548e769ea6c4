"""Reads a template as its readers would: the sentences of every combination of optional parts.

1. Translate the template into its typed tree (edgefill/compiler/language).
2. Render paths through its branches, each slot as one token such as `{order_id}`.
3. Split each path into blocks (elements, paragraphs, members), sentences and tokens.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from edgefill.compiler.language.expressions import ExpressionTranslator
from edgefill.compiler.language.paths import render_paths
from edgefill.compiler.language.source import read_source
from edgefill.compiler.language.statements import StatementTranslator
from edgefill.compiler.language.typed_tree import Body, PutNode, Scope
from edgefill.core.experience import Experience

# combinations of optional parts that are read; the compiler refuses a template with more than 512
MAX_READ_PATHS = 128
# private-use characters around a slot's name; no format escapes them
_OPEN, _CLOSE = "\ue000", "\ue001"
_BLOCK_TAG = re.compile(r"</?(?:p|h[1-6]|ul|ol|li|div|blockquote|br|hr)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”“)]*\s+")
_TOKEN = re.compile(rf"{_OPEN}[^{_CLOSE}]*{_CLOSE}|\w+(?:['\u2019.-]\w+)*|[^\w\s]")

Sentence = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """A template's distinct sentences in reading order, and the sentences of each path.

    A sentence is its tokens: words, punctuation marks, and slots such as `{name}`. Its first word
    is in lower case unless the word is in capitals.
    """

    sentences: tuple[Sentence, ...]
    paths: tuple[tuple[Sentence, ...], ...]


def read_prose(text: str, *, experience: Experience, locale: str) -> Prose:
    """The prose of a template; TemplateRefused if its syntax cannot be read."""
    body = _parse(text, experience, locale)
    rendered = dict.fromkeys(islice(render_paths(body, _name_slot), MAX_READ_PATHS))
    paths = dict.fromkeys(_split_text(each, experience.format) for each in rendered)
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


def _name_slot(node: PutNode) -> str:
    return f"{_OPEN}{_find_name(node.value.data)}{_CLOSE}"


def _find_name(data: list[Any]) -> str:
    """The slot, or the field of a list's item, that an expression in program form prints."""
    if data[0] in {"slot", "field"}:
        return str(data[-1])
    parts = (part for part in data if isinstance(part, list) and part)
    return next(filter(None, map(_find_name, parts)), "")


def _split_text(text: str, format_: str) -> tuple[Sentence, ...]:
    return tuple(
        sentence for block in _split_blocks(text, format_) for sentence in split_sentences(block)
    )


def _split_blocks(text: str, format_: str) -> Iterator[str]:
    if format_ == "html":
        yield from (_strip_tags(block) for block in _BLOCK_TAG.split(text))
    elif format_ == "json":
        yield from _list_members(text)
    else:
        yield from text.split("\n")


def _list_members(text: str) -> Iterator[str]:
    try:
        data = json.loads(text)
    except ValueError:
        # a boolean slot stands outside a string
        data = text
    members = data.values() if isinstance(data, dict) else [data]
    yield from (member for member in members if isinstance(member, str))


def _strip_tags(text: str) -> str:
    return html.unescape(_TAG.sub("", text))


@lru_cache(maxsize=4096)
def split_sentences(block: str) -> tuple[Sentence, ...]:
    """The sentences of one block of plain text; a block always ends its last sentence."""
    return tuple(filter(None, map(_tokenize, _SENTENCE_END.split(block))))


def _tokenize(sentence: str) -> Sentence:
    tokens = [
        f"{{{token[1:-1]}}}" if token[0] == _OPEN else token for token in _TOKEN.findall(sentence)
    ]
    if tokens and tokens[0].istitle():
        tokens[0] = tokens[0].lower()
    return tuple(tokens)


def join_sentence(sentence: Sentence) -> str:
    """A sentence for people, at most 120 characters."""
    text = re.sub(r" ([.,!?:;…])", r"\1", " ".join(sentence))
    return text if len(text) <= 120 else f"{text[:117]}..."
