"""A trained router as its file holds it; the whole file is checked before any of it is used."""

from __future__ import annotations

from edgefill.core.errors import ObjectCorrupt
from edgefill.core.value import value
from edgefill.routing.assertions import StateFinder, parse_assertion
from edgefill.routing.low_rank_weights import LowRankWeights
from edgefill.routing.scorer import QuestionScorer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from edgefill.routing.assertions import Assertion

VERSION = 3
# bytes of a question's digest that are stored: with n digests, a wrong match has the probability
# n / 10^12
DIGEST_BYTES = 5


@value
class RouterModel:
    """`offsets` (of the calibration) and `hit_thresholds` (calibrated scores) are by intent.

    `exact_matches` are the questions it was trained on: short digest -> intent. `never_negated`
    are the intents whose own utterances contain no negated command. A clarifying answer links to
    intents from the probability `min_link_probability`. `assertions` are by intent, None for one
    that declares nothing; `states` finds the states that they name.
    """

    intents: tuple[str, ...]
    labels: dict[str, str]
    clarify: bool
    exact_matches: dict[bytes, int]
    scorer: QuestionScorer
    unit: float
    slope: float
    offsets: tuple[float, ...]
    hit_thresholds: tuple[float, ...]
    clarify_threshold: float
    min_link_probability: float
    never_negated: frozenset[int]
    states: StateFinder
    assertions: tuple[Assertion | None, ...]


def parse_model(data: Mapping[str, Any]) -> RouterModel:
    """What `edgefill.router_training` wrote; ObjectCorrupt for any other data."""
    try:
        if data["v"] != VERSION:
            raise ObjectCorrupt(
                f"router: version {data['v']!r}; this code reads only version {VERSION}"
            )
        intents = tuple(str(name) for name in data["intents"])
        return RouterModel(
            intents=intents,
            labels={name: str(data["labels"][name]) for name in intents},
            clarify=bool(data["clarify"]),
            exact_matches=_parse_exact_matches(_require_list(data["known"], intents)),
            scorer=_parse_scorer(data, len(intents) + 1),
            unit=float(data["unit"]),
            slope=float(data["slope"]),
            offsets=tuple(map(float, _require_list(data["offsets"], intents))),
            hit_thresholds=tuple(map(float, _require_list(data["accept"], intents))),
            clarify_threshold=float(data["unsure"]),
            min_link_probability=float(data["link"]),
            never_negated=frozenset(map(int, data["plain"])),
            states=StateFinder(data["states"]),
            assertions=tuple(map(parse_assertion, _require_list(data["asserts"], intents))),
        )
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise ObjectCorrupt(f"router: {type(error).__name__} at {error}") from error


def find_exact_match(digest: str, exact_matches: Mapping[bytes, int]) -> int | None:
    """The intent that a question with this hex `digest` was trained under, None for others."""
    return exact_matches.get(bytes.fromhex(digest[: 2 * DIGEST_BYTES]))


def _parse_exact_matches(runs: Sequence[str]) -> dict[bytes, int]:
    from struct import iter_unpack  # noqa: PLC0415 loaded with the first router

    matches: dict[bytes, int] = {}
    for intent, run in enumerate(map(_decode_base64, runs)):
        if len(run) % DIGEST_BYTES:
            raise ValueError(f"the length of the digests is not a multiple of {DIGEST_BYTES} bytes")
        for (digest,) in iter_unpack(f"{DIGEST_BYTES}s", run):
            matches[digest] = intent
    return matches


def _parse_scorer(data: Mapping[str, Any], width: int) -> QuestionScorer:
    codes = _parse_codes(_decode_base64(data["features"]))
    rank, rows = int(data["meanings"]["rank"]), _decode_base64(data["meanings"]["rows"])
    if 2 * len(rows) != rank * len(codes):
        raise ValueError(f"{len(rows)} bytes of rows for {len(codes)} features")
    return QuestionScorer(
        dict(zip(codes, range(len(codes)), strict=True)),
        LowRankWeights(rows, _decode_base64(data["meanings"]["heads"]), rank=rank, width=width),
        width=width,
    )


def _parse_codes(packed: bytes) -> list[int]:
    if len(packed) % 4:
        raise ValueError("the length of the features is not a multiple of 4 bytes")
    return memoryview(packed).cast("I").tolist()


def _require_list(values: Any, intents: tuple[str, ...]) -> list[Any]:
    """`values`, if it is a list with one value per intent; else ValueError."""
    if not isinstance(values, list) or len(values) != len(intents):
        raise ValueError("a field does not hold one value per intent")
    return values


def _decode_base64(text: str) -> bytes:
    from binascii import a2b_base64  # noqa: PLC0415 as in base64url.py

    return a2b_base64(text.encode("ascii"), strict_mode=True)
