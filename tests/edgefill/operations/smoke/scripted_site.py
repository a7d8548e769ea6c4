"""A site in memory that answers as a deployment does; tests change one answer at a time."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from edgefill.operations.smoke.plan import SmokePlan, list_slot_texts
from edgefill.operations.smoke.site import SiteAnswer
from edgefill.visit.answer_headers import HTML_POLICY

PAGE = "/p/welcome?locale=en"
OTHER_PAGE = "/p/flash-sale?locale=en"
HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "content-language": "en",
    "content-security-policy": HTML_POLICY,
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-store, stale-if-error=0",
    "x-edgefill": "hit; template=welcome/en/any; release=r1",
}
Override = Callable[[SiteAnswer], SiteAnswer]


def mint(name: str) -> str:
    """An unsigned token with one slot."""
    claims = {"slots": {"name": name, "picks": {"title": "x"}}}
    payload = json.dumps({"sub": name, "edgefill": claims})
    return f"h.{base64.urlsafe_b64encode(payload.encode()).decode().rstrip('=')}.s"


ADA, BEN = mint("Ada"), mint("Ben")
PLAN = SmokePlan(
    pages=(PAGE, OTHER_PAGE),
    account_page="/p/refund-issued",
    question="where is my parcel",
    tokens=(ADA, BEN),
    wait_s=0.05,
    retry_every_s=0.001,
)


def answer_with(status: int = 200, text: str = "<p>Hello</p>", **headers: str) -> SiteAnswer:
    """A page; `x_edgefill` is written as a keyword."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return SiteAnswer(status=status, headers=HEADERS | named, text=text)


def refuse_with(status: int) -> SiteAnswer:
    """A problem document."""
    return SiteAnswer(
        status=status,
        headers={"content-type": "application/problem+json", "cache-control": "no-store"},
        text=json.dumps({"status": status, "detail": "no"}),
    )


@dataclass
class ScriptedSite:
    """`overrides` change the answer of one path; `requests` has every path in order."""

    overrides: dict[str, Override] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)

    def get(self, path: str, *, token: str | None = None) -> SiteAnswer:
        """See Site."""
        self.requests.append(path)
        answer = self._answer(path, token)
        override = self.overrides.get(path)
        return override(answer) if override else answer

    def _answer(self, path: str, token: str | None) -> SiteAnswer:
        if path == "/p/no-such-experience":
            return refuse_with(404)
        if "x!" in path or "&locale=" in path or path == "/ask":
            return refuse_with(400)
        if path == "/p/refund-issued":
            return refuse_with(401)
        names = list(list_slot_texts(token)) if token else []
        return answer_with(text=f"<p>Hello {names[0] if names else 'you'}</p>")


def change(**fields: object) -> Override:
    """Replaces fields of the answer."""
    return lambda answer: replace(answer, **fields)  # type: ignore[arg-type]


def change_headers(**headers: str) -> Override:
    """Replaces headers of the answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda answer: replace(answer, headers={**answer.headers, **named})
