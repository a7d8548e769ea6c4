"""Augment the template model's corpus: reorder and rename slots, and add texts with one mistake.

So the model learns to read the slots of the prompt instead of memorising them, and to mend what the
compiler refused.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from edgefill.compiler import find_refusals
from edgefill.core.experience import Experience
from edgefill.core.value import replace

# by type of slot
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
EXPRESSION = re.compile(r"\{\{ ([a-z_]+)([^}]*) \}\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CorruptedText:
    """A text that the compiler refuses, and its first error."""

    text: str
    complaint: str


def vary_slots(experience: Experience, rng: random.Random) -> Experience:
    """The experience with its slots perhaps in another order and without an optional one."""
    slots = list(experience.slots)
    if rng.random() < 0.5:
        rng.shuffle(slots)
    optional = [slot for slot in slots if not slot.required]
    if optional and rng.random() < 0.3:
        slots.remove(rng.choice(optional))
    return replace(experience, slots=tuple(slots))


def rename_slot(
    experience: Experience, texts: list[str], rng: random.Random
) -> tuple[Experience, list[str]]:
    """The experience and its texts with one slot under another name of its type."""
    slot = rng.choice(experience.slots)
    names = {other.name for other in experience.slots}
    new = rng.choice([name for name in NAMES[slot.type] if name not in names])
    slots = tuple(replace(s, name=new) if s is slot else s for s in experience.slots)
    renamed = [_replace_in_code(slot.name, new, text) for text in texts]
    return replace(experience, slots=slots), renamed


def corrupt_text(
    text: str, experience: Experience, locale: str, rng: random.Random
) -> CorruptedText | None:
    """`text` with one mistake; None if the compiler accepts it all the same."""
    corrupt = rng.choice((_name_undeclared_slot, _remove_slot, _cut_text))
    corrupted = corrupt(text, rng)
    refusals = find_refusals(corrupted, experience=experience, locale=locale, name=experience.id)
    return CorruptedText(text=corrupted, complaint=str(refusals[0])) if refusals else None


def _replace_in_code(old: str, new: str, text: str) -> str:
    """`text` with the slot renamed only inside `{{ }}` and `{% %}`."""
    word = re.compile(rf"(?<![.\w]){old}(?!\w)")
    return re.sub(r"\{[{%].*?[}%]\}", lambda code: word.sub(new, code[0]), text)


def _name_undeclared_slot(text: str, rng: random.Random) -> str:
    name = rng.choice(("customer", "user", "order", "product_name", "first_name"))
    return EXPRESSION.sub(rf"{{{{ {name}\2 }}}}", text, count=1)


def _remove_slot(text: str, rng: random.Random) -> str:
    names = EXPRESSION.findall(text)
    name = rng.choice(names)[0] if names else ""
    return re.sub(rf"\{{\{{ {name}[^}}]* \}}\}}", "", text)


def _cut_text(text: str, rng: random.Random) -> str:
    return text[: len(text) * rng.randint(40, 90) // 100]
