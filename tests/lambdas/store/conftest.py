"""The stores under test (the memory twin, and S3 by moto in this process) and a small shop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

import pytest
from moto import mock_aws

from lambdas.catalogue.catalogue import Catalogue, Entry
from lambdas.compiler import Compiled
from lambdas.core.cases import CaseSpec, Dimension
from lambdas.core.experience import Experience
from lambdas.core.keys import Key
from lambdas.store.aws import Aws
from lambdas.store.manifest import Release
from lambdas.store.memory import MemoryObjects
from lambdas.store.objects import Objects
from lambdas.store.releases import publish
from lambdas.store.routing import Routing
from lambdas.store.s3 import S3Objects

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NUMBERS = count()  # a bucket for each test


@pytest.fixture(scope="module")
def client() -> Iterator[S3Client]:
    """A client of an S3 in this process."""
    with mock_aws():
        yield Aws(credentials=("test", "test")).s3()


@pytest.fixture(params=["memory", "s3"])
def objects(request: pytest.FixtureRequest) -> Objects:
    """An empty store, of either kind."""
    if request.param == "memory":
        return MemoryObjects()
    client: S3Client = request.getfixturevalue("client")
    bucket = f"templates-{next(NUMBERS)}"
    client.create_bucket(Bucket=bucket)
    return S3Objects(client, bucket)


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
