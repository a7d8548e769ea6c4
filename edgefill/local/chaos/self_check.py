"""Plants a leak, so that every run proves that its leak check can fail.

The leak: the CDN gets a visitor's requests with the token of another one of the same case, so its
answers have the other one's values, as when a cache mixes the two up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from edgefill.core.errors import EdgefillError
from edgefill.local.chaos.request_mix import ChaosRequest
from edgefill.local.chaos.tally import AnswerTally
from edgefill.local.chaos.visitor_connection import ChaosAnswer, TokenSource
from edgefill.local.services.identity import DevVisitor


class SelfCheckFailed(EdgefillError):
    """The leak check did not find a planted leak, or found one where there is none."""


def swap_tokens(tokens: TokenSource, visitors: Sequence[DevVisitor]) -> TokenSource:
    """`tokens`, but every visitor gets the token of the next one with the same locale and case."""
    groups: defaultdict[str, list[DevVisitor]] = defaultdict(list)
    for visitor in visitors:
        groups[f"{visitor.locale} {visitor.case}"].append(visitor)
    others = {
        visitor.subject: other
        for group in groups.values()
        for visitor, other in zip(group, [*group[1:], group[0]], strict=True)
    }
    return lambda visitor: tokens(others[visitor.subject])


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
