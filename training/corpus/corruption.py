"""Spoilt texts with the complaint that the compiler's lint makes of them."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from edgefill.compiler.compile import find_refusals
from edgefill.core.experience import Experience

EXPRESSION = re.compile(r"\{\{ ([a-z_]+)([^}]*) \}\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A refused text and why it was refused."""

    text: str
    complaint: str


def spoil(text: str, experience: Experience, locale: str, dice: random.Random) -> Fault | None:
    """`text` with one fault; None when the lint finds none."""
    change = dice.choice((_undeclared, _missing, _cut))
    spoilt = change(text, dice)
    found = find_refusals(spoilt, experience=experience, locale=locale, name=experience.id)
    return Fault(text=spoilt, complaint=str(found[0])) if found else None


def _undeclared(text: str, dice: random.Random) -> str:
    wrong = dice.choice(("customer", "user", "order", "product_name", "first_name"))
    return EXPRESSION.sub(rf"{{{{ {wrong}\2 }}}}", text, count=1)


def _missing(text: str, dice: random.Random) -> str:
    names = EXPRESSION.findall(text)
    name = dice.choice(names)[0] if names else ""
    return re.sub(rf"\{{\{{ {name}[^}}]* \}}\}}", "", text)


def _cut(text: str, dice: random.Random) -> str:
    return text[: len(text) * dice.randint(40, 90) // 100]
