"""ModelTransformer: asks a model to write an accepted text again, for another channel or length."""

from __future__ import annotations

from dataclasses import dataclass

from edgefill.catalogue.catalogue import Catalogue, CatalogueEntry
from edgefill.catalogue.prompts import PromptTemplates, quote_text
from edgefill.core.keys import Key
from edgefill.drafting.writers.generator import Draft, GenerationOrder, Generator, Lane


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelTransformer:
    """A Transformer with the prompt `name`; `model` names an adapter or model, "" the default."""

    catalogue: Catalogue
    prompts: PromptTemplates
    generator: Generator
    name: str = "transform.j2"
    model: str = ""
    lane: Lane = "batch"

    def transform(
        self,
        text: str,
        *,
        source: CatalogueEntry,
        target: CatalogueEntry,
        key: Key,
        deadline_s: float,
    ) -> Draft:
        """See Transformer."""
        experience = target.experience
        details = {"text": quote_text(text), "source": source.title, "title": target.title}
        order = GenerationOrder(
            prompt=self.prompts.render_about(self.name, self.catalogue, key, details),
            format=experience.format,
            slots=experience.slots,
            fields=experience.fields,
            max_chars=experience.max_chars,
            lane=self.lane,
            model=self.model,
        )
        return self.generator.generate(order, deadline_s=deadline_s)
