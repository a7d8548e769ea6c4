"""The first teacher: composes any number of templates from the phrase banks."""

from __future__ import annotations

import json
import random
import re
from functools import cache
from pathlib import Path

from edgefill.core.cases import ANY
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from training.corpus.phrase_bank import FOLDER, PhraseBank, find_slots

STRONG = re.compile(r"\*([^*]+)\*")
BLOCK = re.compile(r" ?(</?(?:p|ul|li|h2)>) ?")
# the share of texts in which marked phrases are strong
BOLD = 0.7
# the share of texts that must use the optional slots too
COMPLETE = 0.9
MAX_ATTEMPTS = 200
# what a reader does not see as words
TAG = re.compile(r"\{[{%].*?[%}]\}|<[^>]*>")
WORD = re.compile(r"[^\W\d_]+|\|")
# words and stems that a reader must not meet twice in a text
ECHO = re.compile(
    r"gold|silver|silber|danke|thank|sorry|soon|bald|treasure|schatz|sammel|collect|abhol|gepackt"
    r"|arrived|delivered|dropped|angekommen|zugestellt|gefallen|warte|laderaum|available|picked"
    r"|willkommen|welcome|zurück|aboard|an bord|im angebot|preis für|price for"
    r"|für dich aus|\b(?:while|weile|leid|wait|kommt|wieder|again|back|sparen)|\bke(?=ep|pt)"
)


def compose_template(
    experience: Experience, key: Key, tone: str, rng: random.Random, phrases: Path = FOLDER
) -> str:
    """A template for `key` that uses every required slot; RuntimeError if the bank has none.

    `phrases` is the folder of the phrase banks.
    """
    slots = {s.name for s in experience.slots if s.required}
    if rng.random() < COMPLETE:
        slots = {s.name for s in experience.slots}
    for _ in range(MAX_ATTEMPTS):
        text = _compose_text(experience, key, tone, rng, phrases)
        if slots <= find_slots(text) and not _has_echo(text) and len(text) <= experience.max_chars:
            return text
    raise RuntimeError(f"the phrases of {key} ({tone}) do not use {sorted(slots)}")


def _compose_text(
    experience: Experience, key: Key, tone: str, rng: random.Random, phrases: Path
) -> str:
    bank = _load_bank(key.experience, key.locale, phrases)
    values = experience.cases.split_case(key.case).values()
    tags = [tone, experience.format, *(value for value in values if value != ANY)]
    undeclared = bank.list_slots() - {slot.name for slot in experience.slots}

    def expand(root: str) -> str:
        return _clean_text(bank.expand(root, tags=tags, undeclared=undeclared, rng=rng))

    if experience.format == "json":
        members = {field: STRONG.sub(r"\1", expand(field)) for field in experience.fields}
        return json.dumps(members, ensure_ascii=False)
    if experience.format == "text":
        return STRONG.sub(r"\1", expand("text"))
    bold = r"<strong>\1</strong>" if rng.random() < BOLD else r"\1"
    return STRONG.sub(bold, expand("html"))


def _clean_text(text: str) -> str:
    """`text` with single spaces, none around blocks, and paragraphs for the mark ¶."""
    text = BLOCK.sub(r"\1", " ".join(text.split()))
    # a greeting inside an if brings its own space
    text = re.sub(r"([!.] \{% endif %\}) ", r"\1", text)
    return re.sub(r" ?¶ ?", "\n\n", text.replace("<p></p>", ""))


def _has_echo(text: str) -> bool:
    """Whether a text repeats a word of ECHO, or any three words in a row."""
    prose = TAG.sub(" | ", text.lower())
    echoes = ECHO.findall(prose)
    words = WORD.findall(prose)
    runs = [run for run in zip(words, words[1:], words[2:], strict=False) if "|" not in run]
    return len(echoes) > len(set(echoes)) or len(runs) > len(set(runs))


@cache
def _load_bank(experience: str, locale: str, phrases: Path) -> PhraseBank:
    return PhraseBank.load(experience, locale, phrases)
