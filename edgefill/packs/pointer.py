"""The pointer: a small mutable object that names the current release and a canary."""

from __future__ import annotations

from edgefill.core.digest import sha256
from edgefill.core.errors import ObjectCorrupt
from edgefill.core.value import value
from edgefill.routing.routing_config import (
    RoutingConfig,
    parse_routing_config,
    serialize_routing_config,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

VERSION = 1
DIGEST_LENGTH = (
    12  # hexadecimal digits of a SHA-256: against accidents, and the pointer stays small
)


@value
class Channel:
    """The release that a share of visitors gets: current or canary.

    `experiences` maps each id to its locales. `digests` maps the path of a pack or router in the
    release to its digest from the manifest; pointers of before 2027 have none.
    """

    release: str
    experiences: dict[str, tuple[str, ...]]
    routing: RoutingConfig | None = None  # None: free questions are not answered
    digests: dict[str, str] = {}  # noqa: RUF012 - a record's fields are frozen

    def check_digest(self, path: str, body: bytes) -> None:
        """ObjectCorrupt when the manifest has another digest for the object at `path`."""
        digest = self.digests.get(path)
        if digest is not None and sha256(body).hex()[:DIGEST_LENGTH] != digest:
            raise ObjectCorrupt(f"{self.release}/{path}: not the object that the manifest names")


@value
class Canary:
    """A release for `percent` of the subjects, selected by a salted hash."""

    channel: Channel
    percent: float  # 0 to 100
    salt: str


@value
class Pointer:
    """The releases that are served, and how other locales than theirs are resolved."""

    current: Channel
    default_locale: str
    locale_fallbacks: dict[str, str]  # language -> stand-in, e.g. gsw -> de
    canary: Canary | None = None


def pointer_to_json(pointer: Pointer) -> dict[str, Any]:
    """`pointer` as a JSON object."""
    canary = pointer.canary
    return {
        "v": VERSION,
        "current": _serialize_channel(pointer.current),
        "canary": canary
        and {
            "channel": _serialize_channel(canary.channel),
            "percent": canary.percent,
            "salt": canary.salt,
        },
        "default_locale": pointer.default_locale,
        "fallbacks": pointer.locale_fallbacks,
    }


def pointer_from_json(data: Any) -> Pointer:
    """The pointer in a result of `pointer_to_json`; ObjectCorrupt on anything else."""
    try:
        if data["v"] != VERSION:
            raise ObjectCorrupt(
                f"pointer: version {data['v']!r}; this code reads only version {VERSION}"
            )
        canary = data["canary"]
        return Pointer(
            current=_parse_channel(data["current"]),
            canary=canary
            and Canary(
                channel=_parse_channel(canary["channel"]),
                percent=float(canary["percent"]),
                salt=str(canary["salt"]),
            ),
            default_locale=str(data["default_locale"]),
            locale_fallbacks=dict(data["fallbacks"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ObjectCorrupt(f"pointer: {type(error).__name__} at {error}") from error


def _serialize_channel(channel: Channel) -> dict[str, Any]:
    return {
        "release": channel.release,
        "experiences": {id_: list(locales) for id_, locales in channel.experiences.items()},
        "routers": channel.routing and serialize_routing_config(channel.routing),
        "digests": channel.digests,
    }


def _parse_channel(data: Any) -> Channel:
    return Channel(
        release=str(data["release"]),
        experiences={id_: tuple(locales) for id_, locales in data["experiences"].items()},
        routing=parse_routing_config(data["routers"]) if data.get("routers") else None,
        digests=dict(data.get("digests", {})),
    )
