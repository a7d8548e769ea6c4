"""Finds the whole sentences of a template: plain text with its template tags, which stay balanced.

1. Put a mark in the place of each template tag, so that HTML and JSON can be read around them.
2. Remove the format: HTML tags and references, JSON members. Blocks end with a line break.
3. Split at line breaks and at the ends of sentences, but never inside an `if` or a `for`.
4. Join what ends in a comma ("Hello {{ name }},") with what follows it, on a line of its own if it
   begins with a capital letter.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from edgefill.core.errors import InvalidEngineOutput

# an opening mark ends the search that an earlier one began, so that reading stays linear
_TEMPLATE_TAG = re.compile(
    r"\{\{(?:(?!\{\{|\}\}).)*+\}\}|\{%(?:(?!\{%|%\}).)*+%\}|\{#(?:(?!\{#|#\}).)*+#\}", re.DOTALL
)
# private-use characters: around a tag's number, and before a heading
_OPEN, _CLOSE, _HEADING = "\ue000", "\ue001", "\ue002"
# a text that has them itself is read without them
_OWN_CHARACTERS = dict.fromkeys(map(ord, (_OPEN, _CLOSE, _HEADING)))
_MARK = re.compile(f"({_OPEN}[0-9]{{1,6}}{_CLOSE})")
_HEADING_TAG = re.compile(r"<h[1-6]\b[^<>]*+>", re.IGNORECASE)
_BLOCK_TAG = re.compile(r"</?(?:p|h[1-6]|ul|ol|li|div|blockquote|br|hr)\b[^<>]*+>", re.IGNORECASE)
_HTML_TAG = re.compile(r"<[^<>]*+>")
# a line break, or blanks after the end of a sentence; "z. B." and "3." do not end one
_BOUNDARY = re.compile(
    r"\n+|(?:(?<=[^\W\d_]{2}[.!?…])|(?<=[.!?…][\"'”“)])|(?<=[!?…])|(?<=\A\.))\s+"
)
_LINE_BREAKS = re.compile(r"(?<![^\S\n])[^\S\n]*+\n\s*+")
_STARTS_WITH_BLANK = re.compile(r"\s")
_ENDS = tuple(".!?…")
_CLOSERS = "\"'”“) "
_STRING = re.compile(r"\"[^\"]*\"|'[^']*'")
_FILTER_OR_FIELD = re.compile(r"[|.]\s*\w+")
_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Part:
    """Plain text, or a template tag as it stands in its source."""

    text: str
    is_tag: bool = False

    @property
    def is_slot(self) -> bool:
        """Whether it prints something."""
        return self.is_tag and self.text.startswith("{{")

    @property
    def is_block(self) -> bool:
        """Whether it prints nothing: `if`, `for` and their ends."""
        return self.is_tag and not self.is_slot


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateSentence:
    """One sentence, or a heading; `words` are the names in its tags, slots among them."""

    parts: tuple[Part, ...]
    is_heading: bool
    words: frozenset[str]

    @property
    def visible_end(self) -> str:
        """The last character that is not a blank, a quote or a bracket; a slot counts as `x`."""
        shown = ("x" if part.is_slot else part.text for part in self.parts if not part.is_block)
        return "".join(shown).rstrip(_CLOSERS)[-1:]

    @property
    def is_complete(self) -> bool:
        """Whether it ends as a sentence does."""
        return self.is_heading or self.visible_end in _ENDS


def list_template_sentences(text: str, format_: str) -> tuple[TemplateSentence, ...]:
    """The whole sentences and headings of a template; InvalidEngineOutput for unreadable JSON."""
    tags: list[str] = []

    def mark(match: re.Match[str]) -> str:
        tags.append(match[0])
        return f"{_OPEN}{len(tags) - 1}{_CLOSE}"

    text = text.translate(_OWN_CHARACTERS)
    plain = _remove_format(_TEMPLATE_TAG.sub(mark, text), format_)
    splitter = _Splitter()
    for token in filter(None, _MARK.split(plain)):
        if _MARK.fullmatch(token) and int(token[1:-1]) < len(tags):
            splitter.add_tag(tags[int(token[1:-1])])
        else:
            splitter.add_text(token)
    splitter.end()
    return tuple(each for each in _join_greetings(splitter.sentences) if each.is_complete)


def _remove_format(text: str, format_: str) -> str:
    if format_ == "html":
        lines = _HEADING_TAG.sub(f"\n{_HEADING}", re.sub(r"\s+", " ", text))
        return html.unescape(_HTML_TAG.sub("", _BLOCK_TAG.sub("\n", lines)))
    if format_ != "json":
        return text
    try:
        members = list(json.loads(text).values())
        return "\n".join([f"{_HEADING}{members[0]}" if members[1:] else members[0], *members[1:]])
    except (ValueError, AttributeError, TypeError, IndexError) as error:
        raise InvalidEngineOutput(f"the source is not a JSON object of strings: {error}") from error


@dataclass(slots=True)
class _Splitter:
    """Collects sentences; a sentence ends only outside of every `if` and `for`."""

    sentences: list[TemplateSentence] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    is_heading: bool = False
    open_tags: list[str] = field(default_factory=list)
    # a block ended inside a loop: its items cannot stand in one line
    is_broken: bool = False

    def add_text(self, text: str) -> None:
        if self.open_tags:
            inner = text.replace(_HEADING, "")
            self.is_broken |= "\n" in inner and "for" in self.open_tags
            self._append(_LINE_BREAKS.sub(" ", inner.strip("\n")))
            return
        if self._ends_a_sentence() and _STARTS_WITH_BLANK.match(text):
            self.end()
        for position, piece in enumerate(_BOUNDARY.split(text)):
            if position:
                self.end()
            self.is_heading |= piece.lstrip().startswith(_HEADING)
            self._append(piece.replace(_HEADING, "").strip("\n"))

    def add_tag(self, tag: str) -> None:
        name = next(iter(_WORD.findall(tag)), "") if tag.startswith("{%") else ""
        if name in ("if", "for"):
            if not self.open_tags and self._ends_a_sentence():
                self.end()
            self.open_tags.append(name)
        elif name in ("endif", "endfor") and self.open_tags:
            self.open_tags.pop()
        if not tag.startswith("{#"):
            self.parts.append(Part(tag, is_tag=True))

    def end(self) -> None:
        sentence = _build_sentence(self.parts, self.is_heading)
        if sentence.visible_end and not self.is_broken and not self.open_tags:
            self.sentences.append(sentence)
        self.parts, self.is_heading, self.is_broken = [], False, False

    def _append(self, text: str) -> None:
        if text and (self.parts or text.strip()):
            self.parts.append(Part(text))

    def _ends_a_sentence(self) -> bool:
        return bool(self.parts) and _build_sentence(self.parts, False).visible_end in _ENDS


def _build_sentence(parts: Sequence[Part], is_heading: bool) -> TemplateSentence:
    return TemplateSentence(
        parts=_trim(parts),
        is_heading=is_heading,
        words=frozenset(word for part in parts if part.is_tag for word in _list_words(part.text)),
    )


def _trim(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts without blanks at both ends."""
    trimmed = list(parts)
    if trimmed and not trimmed[0].is_tag:
        trimmed[0] = Part(trimmed[0].text.lstrip())
    if trimmed and not trimmed[-1].is_tag:
        trimmed[-1] = Part(trimmed[-1].text.rstrip())
    return tuple(part for part in trimmed if part.text)


def _list_words(tag: str) -> list[str]:
    return _WORD.findall(_FILTER_OR_FIELD.sub("", _STRING.sub("", tag)))


def _join_greetings(sentences: Sequence[TemplateSentence]) -> Iterator[TemplateSentence]:
    begun: tuple[Part, ...] = ()
    for each in sentences:
        if each.visible_end == "," and not each.is_heading:
            begun = (*begun, *each.parts)
            continue
        glue = Part("\n" if each.parts[0].text[0].isupper() else " ")
        joined = (*begun, glue, *each.parts)
        yield _build_sentence(joined, each.is_heading) if begun else each
        begun = ()
