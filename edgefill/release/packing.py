"""Packing: turns compiled templates into the objects of a release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from edgefill.core.errors import ObjectRefused
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.packs.layout import IMMUTABLE, pack_key, report_key, sources_key
from edgefill.packs.pack import pack_to_json
from edgefill.release.routing import ReleaseRouting
from edgefill.store.encoding import encode
from edgefill.store.limits import check_answer_size
from edgefill.store.verified_writes import PRIVATE, ObjectContent

if TYPE_CHECKING:
    from edgefill.catalogue.catalogue import Catalogue
    from edgefill.compiler import CompiledTemplate
    from edgefill.judging.accepted_template import AcceptedTemplate


@dataclass(frozen=True, slots=True, kw_only=True)
class PackSource:
    """The content of one pack: the accepted template of each case, and the fallback."""

    experience: Experience
    locale: str
    fallback: CompiledTemplate
    templates: dict[str, AcceptedTemplate]

    def build_contents(self, release: str) -> tuple[ObjectContent, ObjectContent]:
        """Build the pack and its sources under the id of a release."""
        programs = {case: each.compiled.program for case, each in self.templates.items()}
        pack = pack_to_json(
            release=release,
            experience=self.experience,
            locale=self.locale,
            fallback=self.fallback.program,
            programs=programs,
        )
        return (
            self._build_content(pack_key(release, self.experience.id, self.locale), pack, release),
            self._build_content(
                sources_key(release, self.experience.id, self.locale),
                self._collect_sources(),
                release,
            ),
        )

    def _collect_sources(self) -> dict[str, object]:
        texts = {case: each.compiled.text for case, each in self.templates.items()}
        provenance = {case: each.describe_provenance() for case, each in self.templates.items()}
        return {"fallback": self.fallback.text, "templates": texts, "provenance": provenance}

    def _build_content(self, key: str, data: object, release: str) -> ObjectContent:
        return ObjectContent(
            key=key,
            body=encode(data),
            cache_control=IMMUTABLE if key.startswith("t/") else PRIVATE,
            tags=(release, self.experience.id, self.locale),
        )


def build_pack_sources(
    catalogue: Catalogue,
    templates: Mapping[Key, AcceptedTemplate],
    fallbacks: Mapping[tuple[str, str], CompiledTemplate],
) -> tuple[PackSource, ...]:
    """Build every pack of a release; `fallbacks` is by experience and locale.

    ObjectRefused for a template of a key that the catalogue does not have, or one that can exceed
    the edge's response limit.
    """
    _check(catalogue, templates, fallbacks)
    cases: dict[tuple[str, str], dict[str, AcceptedTemplate]] = {packed: {} for packed in fallbacks}
    for key, accepted in templates.items():
        cases[key.experience, key.locale][key.case] = accepted
    return tuple(
        PackSource(
            experience=catalogue.entry(id_).experience,
            locale=locale,
            fallback=fallbacks[id_, locale],
            templates=templates_by_case,
        )
        for (id_, locale), templates_by_case in sorted(cases.items(), key=lambda item: item[0])
    )


def digest_contents(contents: Iterable[ObjectContent]) -> str:
    """Return the SHA-256 of all contents of a release, built without an id."""
    digest = sha256()
    for content in contents:
        digest.update(content.body)
    return digest.hexdigest()


def _check(
    catalogue: Catalogue,
    templates: Mapping[Key, AcceptedTemplate],
    fallbacks: Mapping[tuple[str, str], CompiledTemplate],
) -> None:
    for key, accepted in templates.items():
        if not catalogue.has(key) or (key.experience, key.locale) not in fallbacks:
            raise ObjectRefused(f"{key}: the catalogue has no such key; draft it again")
        check_answer_size(str(key), accepted.compiled.max_bytes)
    for (id_, locale), compiled in fallbacks.items():
        check_answer_size(f"{id_}/{locale} fallback", compiled.max_bytes)


def list_locales(packs: Iterable[PackSource]) -> dict[str, tuple[str, ...]]:
    """List each experience's locales, in order."""
    locales: dict[str, tuple[str, ...]] = {}
    for packing in packs:
        locales_so_far = locales.get(packing.experience.id, ())
        locales[packing.experience.id] = (*locales_so_far, packing.locale)
    return locales


def build_all_contents(
    packs: Iterable[PackSource], routing: ReleaseRouting | None, release: str
) -> Iterator[ObjectContent]:
    """Build every object of the release except its manifest."""
    for packing in packs:
        yield from packing.build_contents(release)
    if routing:
        yield from routing.build_contents(release)


def build_report_contents(reports: Mapping[str, bytes], release: str) -> Iterator[ObjectContent]:
    """Build the objects of a release's report from its files by name."""
    for name, body in reports.items():
        yield ObjectContent(
            key=report_key(release, name), body=body, cache_control=PRIVATE, tags=(release,)
        )
