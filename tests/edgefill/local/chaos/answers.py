"""Answers and requests as the visitors of a chaos run get and send them."""

from __future__ import annotations

from edgefill.local.chaos.request_mix import ChaosRequest
from edgefill.local.chaos.visitor_connection import ChaosAnswer
from edgefill.local.traffic.marks import make_marked_visitor

PAGE = ChaosRequest(kind="page", path="/p/welcome", visitor=make_marked_visitor(1))
HIT = "hit; template=welcome/de/any; release=r1"


def make_answer(
    request: ChaosRequest = PAGE,
    *,
    status: int = 200,
    text: str = "",
    header: str = "",
    began: float = 0.0,
    ended: float = 0.0,
) -> ChaosAnswer:
    """An answer with one X-Edgefill header, or a connection without one for status 0."""
    headers = {"x-edgefill": header} if header else {}
    return ChaosAnswer(
        request=request, status=status, headers=headers, text=text, began=began, ended=ended
    )
