"""ExtractTransformer: takes whole sentences of an accepted text; no model writes anything new."""

from __future__ import annotations

import html
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from edgefill.catalogue.catalogue import CatalogueEntry
from edgefill.core.errors import InvalidEngineOutput
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.drafting.transforming.template_sentences import (
    TemplateSentence,
    list_template_sentences,
)
from edgefill.drafting.writers.generator import Draft

NAME = "extract"
# sentences of a source that are considered; the choice tries their combinations
MAX_SENTENCES = 12
MAX_FIELDS = 2

Choice = tuple[TemplateSentence, ...]


@dataclass(frozen=True, slots=True)
class ExtractTransformer:
    """A Transformer without a model.

    It takes, in their order, the fewest sentences that hold the target's required slots, then
    those that hold its other slots, then those between them, such as an apology, while they fit
    into `max_chars`. A sentence with a slot that
    the target lacks is never taken. A JSON target has a title (the source's heading, else the
    first sentence taken) and a body.
    """

    def transform(
        self,
        text: str,
        *,
        source: CatalogueEntry,
        target: CatalogueEntry,
        key: Key,
        deadline_s: float,
    ) -> Draft:
        """See Transformer; InvalidEngineOutput if no sentences fit."""
        experience = target.experience
        if len(experience.fields) > MAX_FIELDS:
            raise InvalidEngineOutput(
                f"{key}: an extract fills at most {MAX_FIELDS} members, "
                f"not {', '.join(experience.fields)}"
            )
        usable = _list_usable(text, source.experience, experience)
        return Draft(text=_extract(usable, experience, key), model=NAME, tokens=0, seconds=0.0)


def _list_usable(text: str, source: Experience, target: Experience) -> list[TemplateSentence]:
    """The sentences without a slot that only the source has."""
    foreign = {slot.name for slot in source.slots} - {slot.name for slot in target.slots}
    sentences = list_template_sentences(text, source.format)
    return [each for each in sentences if not each.words & foreign]


def _extract(usable: Sequence[TemplateSentence], target: Experience, key: Key) -> str:
    has_title = len(target.fields) > 1
    heading = tuple(each for each in usable if each.is_heading)[:has_title]
    required = {slot.name for slot in target.slots if slot.required}
    sentences = [
        each
        for each in usable
        if not each.is_heading or (not has_title and _is_needed(each, required))
    ][:MAX_SENTENCES]
    fewest = 2 if has_title and not heading else 1
    for choice in _list_choices(sentences, fewest):
        if required <= _list_words((*heading, *choice)):
            rendered = _render((*heading, *choice), target)
            if len(rendered) <= target.max_chars:
                return _add_optional(heading, choice, sentences, target)
    raise InvalidEngineOutput(
        f"{key}: no sentences of the source hold {', '.join(sorted(required)) or 'a text'} "
        f"in {target.max_chars} characters"
    )


def _is_needed(heading: TemplateSentence, required: Collection[str]) -> bool:
    """Whether a heading is a sentence with a required slot, such as "Hello {{ name }}!"."""
    text = "".join(part.text for part in heading.parts if not part.is_tag).rstrip()
    return text.endswith((".", "!", "?")) and not heading.words.isdisjoint(required)


def _list_choices(sentences: Sequence[TemplateSentence], fewest: int) -> Iterator[Choice]:
    for size in range(fewest, len(sentences) + 1):
        yield from combinations(sentences, size)


def _add_optional(
    heading: Choice, choice: Choice, sentences: Sequence[TemplateSentence], target: Experience
) -> str:
    """The text of `choice`, of the sentences with further slots and of those between them."""
    chosen = choice
    for slot in target.slots:
        if slot.name in _list_words((*heading, *chosen)):
            continue
        holder = next((each for each in sentences if slot.name in each.words), None)
        if holder is not None:
            chosen = _add_if_it_fits(heading, chosen, holder, sentences, target)
    places = [place for place, each in enumerate(sentences) if each in chosen]
    for between in sentences[min(places, default=0) : max(places, default=0)]:
        if between not in chosen:
            chosen = _add_if_it_fits(heading, chosen, between, sentences, target)
    return _render((*heading, *chosen), target)


def _add_if_it_fits(
    heading: Choice,
    chosen: Choice,
    sentence: TemplateSentence,
    sentences: Sequence[TemplateSentence],
    target: Experience,
) -> Choice:
    longer = tuple(each for each in sentences if each in chosen or each is sentence)
    fits = len(_render((*heading, *longer), target)) <= target.max_chars
    return longer if fits else chosen


def _list_words(choice: Choice) -> frozenset[str]:
    return frozenset(word for each in choice for word in each.words)


def _render(choice: Choice, target: Experience) -> str:
    if target.format == "html":
        return f"<p>{_join(choice, 'html')}</p>"
    if target.format == "text":
        return _join(choice, "text")
    groups = [choice[:1], choice[1:]] if len(target.fields) > 1 else [choice]
    members = zip(target.fields, groups, strict=True)
    return "{" + ", ".join(f'"{name}": "{_join(each, "json")}"' for name, each in members) + "}"


def _join(choice: Choice, format_: str) -> str:
    return " ".join(
        "".join(part.text if part.is_tag else _escape(part.text, format_) for part in each.parts)
        for each in choice
    )


def _escape(text: str, format_: str) -> str:
    if format_ == "html":
        return html.escape(text, quote=False).replace("\n", "</p>\n<p>")
    return json.dumps(text, ensure_ascii=False)[1:-1] if format_ == "json" else text
