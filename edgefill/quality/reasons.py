"""Reasons: counts why texts were refused, held or failed, and makes texts fit for a report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from edgefill.quality.printable import replace_controls

MAX_KINDS = 20
MAX_KIND_CHARS = 120
MAX_EXAMPLE_CHARS = 300
MAX_TEXT_CHARS = 2_000
OTHERS = "other reasons"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonCount:
    """How often a kind of reason occurred, with the first reason of that kind in full."""

    kind: str
    count: int
    example: str


def count_reasons(reasons: Iterable[tuple[str, str]]) -> tuple[ReasonCount, ...]:
    """Count (kind, reason) by kind, the most frequent first; kinds beyond MAX_KINDS together."""
    counts: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for kind, reason in reasons:
        counts[kind] += 1
        examples.setdefault(kind, cut_text(reason, MAX_EXAMPLE_CHARS))
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    top = tuple(
        ReasonCount(kind=kind, count=count, example=examples[kind])
        for kind, count in ranked[:MAX_KINDS]
    )
    rest = sum(count for _, count in ranked[MAX_KINDS:])
    return (*top, ReasonCount(kind=OTHERS, count=rest, example="")) if rest else top


def generalize_reason(reason: str) -> str:
    """Return a judge's reason without what is particular to one text: key, quotes, brackets."""
    general = re.sub(r'^(\S+/\S+/\S+: )?(".*": )?', "", reason, flags=re.DOTALL)
    general = re.sub(r"\s*\([^()]*\)", "", general)
    return cut_text(general.strip() or reason, MAX_KIND_CHARS)


def cut_text(text: str, max_chars: int = MAX_TEXT_CHARS) -> str:
    """Return `text` without controls; a longer one is cut and states its length."""
    valid = replace_controls(text[: max_chars + 1])
    if len(text) <= max_chars:
        return valid
    return f"{valid[:max_chars]} ... ({len(text):,} characters)"
