"""Reads phrase banks from `training/phrases/` and expands the symbols of their grammar.

In a phrase `#x#` stands for a phrase of the symbol x, and `[a|b]` for one of its alternatives; a
pipe between spaces belongs to a filter. A symbol's phrases are a list, or lists by tag: `any`, a
tone, a case's value or a format. A tag with `!` is exclusive: where it applies, no other phrase of
the symbol would be true (`lapsed!` of a discount: a returning customer has ordered before).
"""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

FOLDER = Path(__file__).parents[1] / "phrases"
SYMBOL = re.compile("#([a-z_]+)#")
CHOICE = re.compile(r"\[([^\[\]]*)\]")
BAR = re.compile(r"(?<! )\||\|(?! )")
NAME = re.compile(r"\{[{%] *(?:if (?:not )?|for \w+ in )?([a-z_]+)")
LOOP = re.compile(r"\{% for ([a-z_]+) in ")
KEYWORDS = {"else", "endif", "endfor", "loop"}
# the share of cases in which a phrase for the tone or case is preferred to one for any
SPECIFIC = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseBank:
    """The phrases of one experience in one locale, by symbol and tag."""

    symbols: Mapping[str, Mapping[str, list[str]]]

    @classmethod
    def load(cls, experience: str, locale: str, folder: Path = FOLDER) -> PhraseBank:
        """Read the layouts, the locale's phrases and the experience's; later ones override."""
        symbols: dict[str, Mapping[str, list[str]]] = {}
        for name in ("layouts", f"common.{locale}", f"{experience}.{locale}"):
            file = yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))
            symbols |= {s: p if isinstance(p, dict) else {"any": p} for s, p in file.items()}
        return cls(symbols=symbols)

    def list_slots(self) -> set[str]:
        """Every slot that a phrase names."""
        return {s for lists in self.symbols.values() for ps in lists.values() for p in ps
                for s in find_slots(p)}  # fmt: skip

    def expand(
        self, root: str, *, tags: Collection[str], undeclared: Collection[str], rng: random.Random
    ) -> str:
        """A text for the symbol `root` without undeclared slots; empty if no phrase is left."""
        phrase = self._pick_phrase(root, tags, undeclared, rng)
        phrase = CHOICE.sub(lambda match: rng.choice(BAR.split(match[1])), phrase)
        return SYMBOL.sub(
            lambda match: self.expand(match[1], tags=tags, undeclared=undeclared, rng=rng), phrase
        )

    def _pick_phrase(
        self, symbol: str, tags: Collection[str], undeclared: Collection[str], rng: random.Random
    ) -> str:
        lists = {
            tag: [p for p in phrases if not find_slots(p) & set(undeclared)]
            for tag, phrases in self.symbols[symbol].items()
        }
        if exclusive := [p for tag in tags for p in lists.get(f"{tag}!", ())]:
            return rng.choice(exclusive)
        specific = [p for tag in tags for p in lists.get(tag, ())]
        pool = specific if specific and rng.random() < SPECIFIC else lists.get("any", ())
        return rng.choice(list(pool or specific or [""]))


def find_slots(text: str) -> set[str]:
    """The slots that a template's expressions and statements name."""
    return set(NAME.findall(text)) - set(LOOP.findall(text)) - KEYWORDS
