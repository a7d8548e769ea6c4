"""The first teacher: composes templates from the phrase banks, as many as are asked for."""

from __future__ import annotations

import json
import random
import re
from functools import cache

from edgefill.core.cases import ANY
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.core.value import replace
from training.corpus.bank import Bank, slots_in

STRONG = re.compile(r"\*([^*]+)\*")
BLOCK = re.compile(r" ?(</?(?:p|ul|li|h2)>) ?")
BOLD = 0.7  # how often a marked phrase is strong
COMPLETE = 0.9  # how often a text must use the optional slots too
TRIES = 200
ECHOES = (
    "gold",
    "silver",
    "silber",
    " while",
    "weile",
    "thank",
    "danke",
    "sorry",
    " leid",
    "soon",
    "bald",
)  # said once in a text


def compose(experience: Experience, key: Key, tone: str, dice: random.Random) -> str:
    """A template for `key` that uses every required slot; RuntimeError when the bank has none."""
    wanted = {s.name for s in experience.slots if s.required}
    if dice.random() < COMPLETE:
        wanted = {s.name for s in experience.slots}
    for _ in range(TRIES):
        text = _text(experience, key, tone, dice)
        if wanted <= slots_in(text) and not _echoes(text) and len(text) <= experience.max_chars:
            return text
    raise RuntimeError(f"the phrases of {key} ({tone}) do not use {sorted(wanted)}")


def thinned(experience: Experience, dice: random.Random) -> Experience:
    """The experience with its slots in any order and, half the time, without an optional one.

    The model then learns to look at the slots of the prompt, not to know them by heart.
    """
    slots = list(experience.slots)
    if dice.random() < 0.5:
        dice.shuffle(slots)
    optional = [slot for slot in slots if not slot.required]
    if optional and dice.random() < 0.3:
        slots.remove(dice.choice(optional))
    return replace(experience, slots=tuple(slots))


def _text(experience: Experience, key: Key, tone: str, dice: random.Random) -> str:
    bank = _bank(key.experience, key.locale)
    named = experience.cases.split_case(key.case).values()
    tags = [tone, experience.format, *(v for v in named if v != ANY)]
    undeclared = bank.slots() - {slot.name for slot in experience.slots}

    def grow(root: str) -> str:
        return _tidy(bank.grow(root, tags=tags, undeclared=undeclared, dice=dice))

    if experience.format == "json":
        members = {field: STRONG.sub(r"\1", grow(field)) for field in experience.fields}
        return json.dumps(members, ensure_ascii=False)
    if experience.format == "text":
        return STRONG.sub(r"\1", grow("text"))
    bold = r"<strong>\1</strong>" if dice.random() < BOLD else r"\1"
    return STRONG.sub(bold, grow("html"))


def _tidy(text: str) -> str:
    text = BLOCK.sub(r"\1", " ".join(text.split()))
    text = re.sub(r"([!.] \{% endif %\}) ", r"\1", text)  # the guarded greeting has its own space
    return re.sub(r" ?¶ ?", "\n\n", text.replace("<p></p>", ""))


def _echoes(text: str) -> bool:
    return any(text.lower().count(word) > 1 for word in ECHOES)


@cache
def _bank(experience: str, locale: str) -> Bank:
    return Bank.load(experience, locale)
