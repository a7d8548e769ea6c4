"""A trained model as a router's file holds it, checked whole before any of it is used."""

from __future__ import annotations

from edgefill.core.errors import ObjectCorrupt
from edgefill.core.value import value
from edgefill.routing.exact_matches import known_from_bytes
from edgefill.routing.low_rank_weights import LowRankWeights
from edgefill.routing.scores import QuestionScorer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

VERSION = 2


@value
class RouterModel:
    """`accept` and `offsets` are by intent: from which chance on it is served, its calibration.

    `plain` intents are those whose utterances never negate: a negated command is none of them.
    """

    intents: tuple[str, ...]
    labels: dict[str, str]
    clarify: bool
    known: dict[bytes, int]
    scores: QuestionScorer
    unit: float
    slope: float
    offsets: tuple[float, ...]
    accept: tuple[float, ...]
    unsure: float
    plain: frozenset[int]


def parse_model(data: Mapping[str, Any]) -> RouterModel:
    """What `edgefill.router_training` wrote; ObjectCorrupt on anything else."""
    try:
        if data["v"] != VERSION:
            raise ObjectCorrupt(f"router: version {data['v']!r}, this code reads {VERSION}")
        intents = tuple(str(name) for name in data["intents"])
        return RouterModel(
            intents=intents,
            labels={name: str(data["labels"][name]) for name in intents},
            clarify=bool(data["clarify"]),
            known=known_from_bytes([_bytes(run) for run in _each(data["known"], intents)]),
            scores=_scores(data, len(intents) + 1),
            unit=float(data["unit"]),
            slope=float(data["slope"]),
            offsets=tuple(map(float, _each(data["offsets"], intents))),
            accept=tuple(map(float, _each(data["accept"], intents))),
            unsure=float(data["unsure"]),
            plain=frozenset(map(int, data["plain"])),
        )
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise ObjectCorrupt(f"router: {type(error).__name__} at {error}") from error


def _scores(data: Mapping[str, Any], width: int) -> QuestionScorer:
    codes = _codes(_bytes(data["features"]))
    rank, rows = int(data["meanings"]["rank"]), _bytes(data["meanings"]["rows"])
    if 2 * len(rows) != rank * len(codes):
        raise ValueError(f"{len(rows)} bytes of meanings for {len(codes)} features")
    return QuestionScorer(
        dict(zip(codes, range(len(codes)), strict=True)),
        LowRankWeights(rows, _bytes(data["meanings"]["heads"]), rank=rank, width=width),
        width=width,
    )


def _codes(packed: bytes) -> list[int]:
    if len(packed) % 4:
        raise ValueError("half a feature")
    return memoryview(packed).cast("I").tolist()


def _each(values: Any, intents: tuple[str, ...]) -> list[Any]:
    """`values` as a list, one an intent."""
    if not isinstance(values, list) or len(values) != len(intents):
        raise ValueError("values for other intents")
    return values


def _bytes(text: str) -> bytes:
    from binascii import a2b_base64  # noqa: PLC0415 as in base64url.py

    return a2b_base64(text.encode("ascii"), strict_mode=True)
