"""The manifest of a release, which is written last: a release with a manifest is complete."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from edgefill.core.errors import NotStored, ObjectCorrupt
from edgefill.packs.layout import manifest_key, parse_release_path
from edgefill.packs.pointer import DIGEST_LENGTH, Channel
from edgefill.routing.routing_config import parse_routing_config
from edgefill.store.encoding import decode, encode
from edgefill.store.objects import ObjectStore
from edgefill.store.verified_writes import PRIVATE, ObjectContent, VerifiedObject

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """An immutable set of packs; `created` is RFC 3339 in UTC.

    `previous` is the release that was current when this one was published; `parts` maps the key of
    every object to its size and digest.
    """

    id: str
    created: str
    catalogue: str
    previous: str | None
    templates: int
    experiences: dict[str, tuple[str, ...]]
    default_locale: str
    fallbacks: dict[str, str]
    parts: dict[str, VerifiedObject]
    routing: dict[str, Any] | None = None  # what `serialize_routing_config` wrote

    @property
    def channel(self) -> Channel:
        """The release in the form of the pointer."""
        routers = parse_routing_config(self.routing) if self.routing else None
        return Channel(
            release=self.id,
            experiences=self.experiences,
            routing=routers,
            digests={
                parse_release_path(key, self.id): part.sha256[:DIGEST_LENGTH]
                for key, part in self.parts.items()
                if key.startswith("t/r/")
            },
        )


def release_to_json(release: Release) -> dict[str, Any]:
    """Return `release` as a JSON object."""
    return {"v": VERSION, **asdict(release)}


def release_from_json(data: Any, key: str) -> Release:
    """Parse what `release_to_json` wrote; ObjectCorrupt names `key` on anything else."""
    try:
        fields = dict(data)
        if (version := fields.pop("v")) != VERSION:
            raise ObjectCorrupt(
                f"{key}: version {version!r}; this code reads only version {VERSION}"
            )
        fields["experiences"] = {id_: tuple(to) for id_, to in fields["experiences"].items()}
        fields["parts"] = {key: VerifiedObject(**part) for key, part in fields["parts"].items()}
        return Release(**fields)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ObjectCorrupt(f"{key}: {type(error).__name__} at {error}") from error


def read_release(objects: ObjectStore, id_: str) -> Release:
    """Read a complete release; NotStored if it is unknown or incomplete, ObjectCorrupt."""
    key = manifest_key(id_)
    try:
        return release_from_json(decode(objects.get(key).body, key), key)
    except NotStored as error:
        first_object = next(objects.list_keys(f"releases/{id_}/"), None)
        problem = "is incomplete (its manifest is missing)" if first_object else "does not exist"
        raise NotStored(
            f"release {id_!r} {problem}; `edgefill releases` lists those that do"
        ) from error


def build_manifest(release: Release) -> ObjectContent:
    """Build the manifest object."""
    return ObjectContent(
        key=manifest_key(release.id),
        body=encode(release_to_json(release)),
        cache_control=PRIVATE,
        tags=(release.id,),
    )
