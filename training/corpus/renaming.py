"""Slots under other names, so that the model reads names in the prompt and knows none by heart."""

from __future__ import annotations

import random
import re

from edgefill.core.experience import Experience
from edgefill.core.value import replace

NAMES = {
    "text": ("code", "label", "reference", "subject", "thing"),
    "name": ("first_name", "customer", "visitor", "member"),
    "money": ("cost", "value", "sum_due", "worth"),
    "number": ("count", "level", "quantity", "figure"),
    "date": ("day", "deadline", "term"),
    "datetime": ("moment", "stamp", "hour"),
    "url": ("link", "page", "address"),
    "enum": ("kind", "option", "choice"),
    "boolean": ("ready", "granted", "open_now"),
    "list": ("entries", "things", "selection"),
}


def renamed(
    experience: Experience, texts: list[str], dice: random.Random
) -> tuple[Experience, list[str]]:
    """The experience and its texts with one slot under another name of its type."""
    slot = dice.choice(experience.slots)
    taken = {other.name for other in experience.slots}
    free = [name for name in NAMES[slot.type] if name not in taken]
    new = dice.choice(free)
    slots = tuple(replace(s, name=new) if s is slot else s for s in experience.slots)
    return replace(experience, slots=slots), [_in_code(slot.name, new, text) for text in texts]


def _in_code(old: str, new: str, text: str) -> str:
    """`text` with the slot's name changed inside `{{ }}` and `{% %}` alone."""
    word = re.compile(rf"(?<![.\w]){old}(?!\w)")
    return re.sub(r"\{[{%].*?[}%]\}", lambda code: word.sub(new, code[0]), text)
