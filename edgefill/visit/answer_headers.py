"""The headers of an answer: one policy for the edge and the API.

| header | content |
| --- | --- |
| `X-Edgefill` | `hit`, `miss` or `fallback`, then `template=<key>` and further facts |
| `X-Edgefill-Slots` | `name=reason` of each refused value: the default was used; a dimension is
named `case.<dimension>` |
| `X-Edgefill-Token` | `refused; reason=<slug>`: the visitor was treated as anonymous |
| `Server-Timing` | milliseconds of each stage |
"""

from __future__ import annotations

from edgefill.core.answer import PRIVATE, Answer
from edgefill.core.digest import sha256
from edgefill.core.experience import CONTENT_TYPES
from edgefill.core.value import replace
from edgefill.identity.base64url import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

PUBLIC = "public, max-age=60"
HTML_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"


def build_answer_headers(
    *,
    outcome: str,
    format: str,
    locale: str,
    private: bool,
    refusals: Mapping[str, str],
    token_refusal: str | None = None,
    timing: Mapping[str, float] | None = None,
) -> dict[str, str]:
    """The headers of a filled answer.

    `outcome` is the result of `outcome_header`; `private` says whether a token, a personal slot, a
    query value or the browser's languages took part; `timing` is in milliseconds.
    """
    headers = {
        "Content-Type": CONTENT_TYPES[format],
        "Content-Language": locale,
        "Cache-Control": PRIVATE if private else PUBLIC,
        "X-Content-Type-Options": "nosniff",
        "X-Edgefill": outcome,
    }
    if format == "html":
        headers["Content-Security-Policy"] = HTML_POLICY
    if refusals:
        headers["X-Edgefill-Slots"] = ", ".join(f"{name}={why}" for name, why in refusals.items())
    if token_refusal:
        headers["X-Edgefill-Token"] = f"refused; reason={token_refusal}"
    if timing:
        headers["Server-Timing"] = ", ".join(f"{at};dur={ms:.3f}" for at, ms in timing.items())
    return headers


def outcome_header(outcome: str, **facts: object) -> str:
    """The value of `X-Edgefill`: `hit; template=order-delayed/de/gold; release=r1`."""
    return "; ".join([outcome, *(f"{name}={fact}" for name, fact in facts.items())])


def apply_method_and_conditions(answer: Answer, *, method: str, if_none_match: str = "") -> Answer:
    """The answer to the request's method and condition: 304 or an empty body where they require it.

    Only a public answer has an ETag. The ETag of a private body would identify the body in caches
    and logs, and with `no-store` no client has a copy to compare (RFC 9110, section 8.8.3).
    """
    if answer.status == 200 and answer.headers["Cache-Control"] == PUBLIC:
        etag = f'"{encode(sha256(answer.body.encode())[:12])}"'
        answer = replace(answer, headers=answer.headers | {"ETag": etag})
        if _matches_etag(if_none_match, etag):
            return replace(answer, status=304, body="")
    return replace(answer, body="") if method == "HEAD" else answer


def _matches_etag(if_none_match: str, etag: str) -> bool:
    """Whether the condition lists the tag, by weak comparison (RFC 9110, section 13.1.2)."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or tags == ["*"]
