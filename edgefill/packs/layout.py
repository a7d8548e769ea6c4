"""Object keys and cache policies of the template store; keys under `t/` are also CDN paths."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from edgefill.core.keys import Key

POINTER = "t/current.json"  # mutable: the current release and a canary
OVERLAY = "t/live/"  # prefix of the templates that misses wrote back
OVERLAY_DAYS = 30  # after which the store deletes one; the next miss writes it again
IMMUTABLE = "public, max-age=31536000, immutable"
# With EdgeConfig.pointer_ttl_s the edge is at most 5 s behind while the store answers.
POINTER_CACHE = "public, max-age=2, stale-while-revalidate=1, stale-if-error=86400"
OVERLAY_CACHE = "public, max-age=30, stale-while-revalidate=60, stale-if-error=3600"
DENIALS = "t/denied.json"  # mutable: questions and the wrong answers to them
DENIALS_CACHE = "public, max-age=1, stale-if-error=86400"  # without stale-while-revalidate
HELD = "held/"  # prefix of the texts that wait for a person; never on the CDN
SHARDS = 8  # the shards of one group, under batch/ (lambdas/batch/shards.py)


def pack_key(release: str, experience: str, locale: str) -> str:
    """The pack of one experience and locale in one release: immutable."""
    return f"t/r/{release}/{experience}/{locale}.json"


def parse_release_path(key: str, release: str) -> str:
    """The path inside a release of one of its objects: `sale/en`, `routers/tern-tide/en/guest`."""
    return key.removeprefix(f"t/r/{release}/").removesuffix(".json")


def router_key(release: str, partition: str) -> str:
    """The router of one partition (tenant/locale/audience) in one release: immutable."""
    return f"t/r/{release}/routers/{partition}.json"


def overlay_key(key: Key) -> str:
    """The template that a miss wrote back for `key`."""
    return f"{OVERLAY}{key}.json"


def held_key(key: Key) -> str:
    """The text of `key` that the judge could not score."""
    return f"{HELD}{key}.json"


def manifest_key(release: str) -> str:
    """The manifest of a release: its packs with their sizes and SHA-256; written last."""
    return f"releases/{release}/manifest.json"


def report_key(release: str, name: str) -> str:
    """A file of the release's quality report, for people; never on the CDN."""
    return f"releases/{release}/{name}"


def sources_key(release: str, experience: str, locale: str) -> str:
    """The template texts of a pack, for people; never on the CDN."""
    return f"releases/{release}/sources/{experience}/{locale}.json"
