"""A small shop to publish."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from edgefill.catalogue.catalogue import Catalogue, CatalogueEntry
from edgefill.compiler import CompiledTemplate
from edgefill.core.cases import CaseSpec, Dimension
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.judging.accepted_template import AcceptedTemplate
from edgefill.release.manifest import Release
from edgefill.release.publish import publish
from edgefill.release.routing import ReleaseRouting
from edgefill.store.objects import ObjectStore
from tests.edgefill.judging.accepted import accept


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A small catalogue with everything a release of it needs."""

    catalogue: Catalogue
    templates: dict[Key, AcceptedTemplate]
    fallbacks: dict[tuple[str, str], CompiledTemplate]

    def publish(
        self,
        objects: ObjectStore,
        *,
        second: int = 0,
        says: str = "Hello",
        canary: float | None = None,
        routing: ReleaseRouting | None = None,
    ) -> Release:
        """Publish its templates, one writer at a time, `second` seconds past noon."""
        return publish(
            objects,
            catalogue=self.catalogue,
            templates={key: accept(compiled(says)) for key in self.templates},
            fallbacks=self.fallbacks,
            now=datetime(2026, 11, 23, 12, 0, second, tzinfo=UTC),
            canary=canary,
            routing=routing,
            writers=1,
        )


def compiled(text: str) -> CompiledTemplate:
    """A template with this text; the store does not read programs."""
    return CompiledTemplate(program={"says": text}, text=text, max_bytes=len(text.encode()))


def entry(id_: str) -> CatalogueEntry:
    """One experience for gold customers and all others."""
    tier = Dimension(name="tier", values=("gold", "basic"), default="basic")
    experience = Experience(
        id=id_,
        version="1",
        format="text",
        slots=(),
        cases=CaseSpec(dimensions=(tier,), broaden=("tier",), names=("gold", "any")),
    )
    fallback = {"en": "Hello", "de": "Hallo"}
    return CatalogueEntry(
        experience=experience, title=id_, goal="greet", fallbacks=fallback, tones=("warm",)
    )


@pytest.fixture
def shop() -> Shop:
    """Two experiences in two locales: four packs."""
    catalogue = Catalogue(
        version="c1",
        shop="Demo",
        locales=("en", "de"),
        default_locale="en",
        locale_fallbacks={"gsw": "de"},
        tones={"warm": "warm"},
        entries={id_: entry(id_) for id_ in ("greeting", "farewell")},
    )
    return Shop(
        catalogue=catalogue,
        templates=dict.fromkeys(catalogue.list_keys(), accept(compiled("Hello"))),
        fallbacks={
            (id_, locale): compiled(text)
            for id_, one in catalogue.entries.items()
            for locale, text in one.fallbacks.items()
        },
    )
