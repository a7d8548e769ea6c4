"""Plants a leak, so that every run proves that its leak check can fail.

The leak: the CDN gets one visitor's requests with another visitor's token, so its answers have the
other one's values, as when a cache mixes the two up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from edgefill.core.errors import EdgefillError
from edgefill.local.chaos.request_mix import ChaosRequest
from edgefill.local.chaos.tally import AnswerTally
from edgefill.local.chaos.visitor_connection import ChaosAnswer, TokenSource
from edgefill.local.services.identity import DevVisitor


class SelfCheckFailed(EdgefillError):
    """The leak check did not find a planted leak, or found one where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwappedTokens:
    """`tokens`, but `victim` gets the token of `other`."""

    tokens: TokenSource
    victim: DevVisitor
    other: DevVisitor

    def __call__(self, visitor: DevVisitor) -> str:
        """The token that is sent for `visitor`."""
        return self.tokens(self.other if visitor.subject == self.victim.subject else visitor)


def check_leaks_are_found(
    page: ChaosRequest,
    *,
    send: Callable[[ChaosRequest], ChaosAnswer],
    send_with_leak: Callable[[ChaosRequest], ChaosAnswer],
) -> None:
    """Ask for `page` both ways; SelfCheckFailed unless exactly the planted leak is counted."""
    for leaks, send_page in ((0, send), (1, send_with_leak)):
        tally = AnswerTally()
        tally.record(send_page(page))
        if tally.counts["foreign"] != leaks:
            raise SelfCheckFailed(
                f"{page.path}: {tally.counts['foreign']} foreign values were counted in an answer "
                f"with {leaks}; the leak check does not work, so nothing was tried"
            )
