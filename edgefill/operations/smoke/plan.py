"""SmokePlan: what the smoke test requests, and what tells two visitors apart."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

MIN_MARK_CHARS = 3  # shorter values occur in other texts too
# Always the same, so that only the first run makes a model write an answer.
STRANGE_QUESTION = "smoke test: do you deliver garden gnomes to the moon"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmokePlan:
    """Paths on one site.

    `pages` are for every visitor, the first is an HTML page with a personal slot; `account_page`
    needs a token; `question` is one that the site can answer. `tokens` are of different visitors.
    """

    pages: tuple[str, ...]
    account_page: str | None = None
    question: str | None = None
    tokens: tuple[str, ...] = ()
    is_fresh: bool = False  # nothing is published yet, so every page is a fallback
    wait_s: float = 60.0  # until a missed page must be a hit
    retry_every_s: float = 1.0

    @property
    def question_path(self) -> str | None:
        """The path of `question`."""
        return ask_path(self.question) if self.question else None


def ask_path(question: str) -> str:
    """The path of a free question."""
    return f"/ask?q={quote(question)}"


def find_marks(token: str, others: tuple[str, ...]) -> frozenset[str]:
    """The texts of a token's slots that no other token has; empty for a token of another form."""
    foreign = {text for other in others for text in list_slot_texts(other)}
    return frozenset(list_slot_texts(token)) - foreign


def list_slot_texts(token: str) -> Iterator[str]:
    """The string values in a token's slots (edgefill/identity/token.py), unverified."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        slots = claims.get("edgefill", {}).get("slots", {})
    except (IndexError, ValueError, AttributeError):
        return
    yield from _list_texts(slots)


def _list_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str) and len(value) >= MIN_MARK_CHARS:
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _list_texts(each)
