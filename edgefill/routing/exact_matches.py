"""Questions that are known by heart: those that a router was trained on."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DIGEST = 5  # bytes kept of a question's digest: one stranger in 10^12 / known is taken for one


def known_from_bytes(runs: Sequence[bytes]) -> dict[bytes, int]:
    """Digest -> intent, from one run of digests an intent; ValueError."""
    from struct import iter_unpack  # noqa: PLC0415 its library is loaded when the first router is

    known: dict[bytes, int] = {}
    for intent, run in enumerate(runs):
        if len(run) % DIGEST:
            raise ValueError("half a digest")
        for (digest,) in iter_unpack(f"{DIGEST}s", run):
            known[digest] = intent
    return known


def known_to_bytes(digests: Sequence[Sequence[str]]) -> list[bytes]:
    """One run an intent, from the whole digests in hex."""
    return [b"".join(sorted(bytes.fromhex(each)[:DIGEST] for each in run)) for run in digests]


def intent_of(digest: str, known: Mapping[bytes, int]) -> int | None:
    """The intent of a question's `digest`, None when it is not known."""
    return known.get(bytes.fromhex(digest[: 2 * DIGEST]))
