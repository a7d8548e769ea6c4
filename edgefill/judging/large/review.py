"""Review: a text before a large model sees it, and the question that the model is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.prompts import PromptTemplates, quote_text
from edgefill.chat import ChatOrder
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.judging.message import describe_excess, read_message
from edgefill.judging.verdict import Outcome

NAME = "large"
# no template is longer, whatever its experience allows
MAX_CHARS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The prompt `name` of the shop, for `model` ("" is the server's default)."""

    catalogue: Catalogue
    prompts: PromptTemplates
    name: str
    model: str = ""

    @property
    def judge_name(self) -> str:
        """The name in verdicts: whatever the model is called, never that of a person."""
        return f"{NAME}:{self.model}" if self.model else NAME

    def build_order(
        self,
        texts: Mapping[str, str],
        *,
        key: Key,
        experience: Experience,
        schema: Mapping[str, Any],
        details: Mapping[str, Any] | None = None,
    ) -> ChatOrder:
        """The question about `texts`, each a JSON string in the prompt's variable of that name."""
        own_key = Key(experience=experience.id, locale=key.locale, case=key.case)
        quoted = {name: quote_text(text) for name, text in texts.items()}
        facts = {**quoted, **(details or {})}
        return ChatOrder(
            prompt=self.prompts.render_about(self.name, self.catalogue, own_key, facts),
            schema=schema,
            name="verdict",
            model=self.model,
        )


def find_quick_outcome(
    text: str, *, key: Key, experience: Experience
) -> tuple[Outcome, str] | None:
    """The outcome that needs no model, with its reason; None if a model has to read the text."""
    if excess := describe_excess(text, experience):
        return "unscored", excess
    if len(text) > MAX_CHARS:
        return "unscored", f"{len(text)} characters; at most {MAX_CHARS} are judged"
    prose = read_message(text, experience=experience, locale=key.locale)
    return ("fail", prose) if isinstance(prose, str) else None
