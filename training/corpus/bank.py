"""Phrase banks: the YAML files of `training/phrases/` and how sentences grow out of them.

`#x#` stands for a phrase of the symbol x, `[a|b]` for one of its parts (a pipe between spaces
belongs to a filter). A symbol's phrases are a list, or lists by tag: `any`, a tone, a case's value
or a format.
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
SPECIFIC = 0.75  # how often a phrase for the tone or the case goes before one for any


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """The phrases of one experience in one locale, by symbol and tag."""

    symbols: Mapping[str, Mapping[str, list[str]]]

    @classmethod
    def load(cls, experience: str, locale: str) -> Bank:
        """The experience's own phrases over those of its locale over the layouts."""
        merged: dict[str, Mapping[str, list[str]]] = {}
        for name in ("layouts", f"common.{locale}", f"{experience}.{locale}"):
            read = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
            merged |= {s: p if isinstance(p, dict) else {"any": p} for s, p in read.items()}
        return cls(symbols=merged)

    def slots(self) -> set[str]:
        """Every slot that a phrase names."""
        return {s for lists in self.symbols.values() for ps in lists.values() for p in ps
                for s in slots_in(p)}  # fmt: skip

    def grow(
        self, root: str, *, tags: Collection[str], undeclared: Collection[str], dice: random.Random
    ) -> str:
        """A text for `root` that uses no undeclared slot; empty when no phrase is left."""
        phrase = self._pick(root, tags, undeclared, dice)
        phrase = CHOICE.sub(lambda m: dice.choice(BAR.split(m[1])), phrase)
        return SYMBOL.sub(
            lambda m: self.grow(m[1], tags=tags, undeclared=undeclared, dice=dice), phrase
        )

    def _pick(
        self, symbol: str, tags: Collection[str], undeclared: Collection[str], dice: random.Random
    ) -> str:
        lists = {
            tag: [p for p in phrases if not slots_in(p) & set(undeclared)]
            for tag, phrases in self.symbols[symbol].items()
        }
        specific = [p for tag in tags for p in lists.get(tag, ())]
        pool = specific if specific and dice.random() < SPECIFIC else lists.get("any", ())
        return dice.choice(list(pool or specific or [""]))


def slots_in(text: str) -> set[str]:
    """The slots that a template's expressions and statements name."""
    return set(NAME.findall(text)) - set(LOOP.findall(text)) - KEYWORDS
