"""A small shop to publish."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from edgefill.catalogue.catalogue import Catalogue, Entry
from edgefill.compiler import Compiled
from edgefill.core.cases import CaseSpec, Dimension
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.release.manifest import Release
from edgefill.release.publish import publish
from edgefill.release.routing import Routing
from edgefill.store.objects import Objects


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A small catalogue with everything a release of it needs."""

    catalogue: Catalogue
    templates: dict[Key, Compiled]
    fallbacks: dict[tuple[str, str], Compiled]

    def publish(
        self,
        objects: Objects,
        *,
        second: int = 0,
        says: str = "Hello",
        canary: float | None = None,
        routing: Routing | None = None,
    ) -> Release:
        """Publish its templates, one writer at a time, `second` seconds past noon."""
        return publish(
            objects,
            catalogue=self.catalogue,
            templates={key: compiled(says) for key in self.templates},
            fallbacks=self.fallbacks,
            now=datetime(2026, 11, 23, 12, 0, second, tzinfo=UTC),
            canary=canary,
            routing=routing,
            writers=1,
        )


def compiled(text: str) -> Compiled:
    """A template that says `text`; the store never looks into programs."""
    return Compiled(program={"says": text}, text=text, max_bytes=len(text.encode()))


def entry(id_: str) -> Entry:
    """One experience for gold customers and everybody else."""
    tier = Dimension(name="tier", values=("gold", "basic"), default="basic")
    experience = Experience(
        id=id_,
        version="1",
        format="text",
        slots=(),
        cases=CaseSpec(dimensions=(tier,), broaden=("tier",), written=("gold", "any")),
    )
    fallback = {"en": "Hello", "de": "Hallo"}
    return Entry(experience=experience, title=id_, goal="greet", fallback=fallback, tones=("warm",))


@pytest.fixture
def shop() -> Shop:
    """Two experiences in two locales: four packs."""
    catalogue = Catalogue(
        version="c1",
        shop="Demo",
        locales=("en", "de"),
        default_locale="en",
        fallbacks={"gsw": "de"},
        tones={"warm": "warm"},
        entries={id_: entry(id_) for id_ in ("greeting", "farewell")},
    )
    return Shop(
        catalogue=catalogue,
        templates=dict.fromkeys(catalogue.keys(), compiled("Hello")),
        fallbacks={
            (id_, locale): compiled(text)
            for id_, one in catalogue.entries.items()
            for locale, text in one.fallback.items()
        },
    )
