"""ScriptedChat: a ChatClient in memory that replays prepared answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from edgefill.chat.chat import ChatOrder, ChatReply
from edgefill.core.errors import EngineUnavailable, GenerationError

ScriptedReply = str | ChatReply | GenerationError


class ScriptedChat:
    """Answers from a list, in its order, or with a function of the order.

    `orders` records every order. When the list runs out, the model is unavailable.
    """

    def __init__(
        self, replies: Iterable[ScriptedReply] | Callable[[ChatOrder], ScriptedReply]
    ) -> None:
        self.orders: list[ChatOrder] = []
        self._reply = replies if callable(replies) else _replay(replies)

    def ask(self, order: ChatOrder, *, deadline_s: float) -> ChatReply:
        """The next answer; raised if it is a GenerationError."""
        self.orders.append(order)
        reply = self._reply(order)
        if isinstance(reply, GenerationError):
            raise reply
        if isinstance(reply, ChatReply):
            return reply
        return ChatReply(text=reply, model=order.model or "scripted", tokens=len(reply.split()))


def _replay(replies: Iterable[ScriptedReply]) -> Callable[[ChatOrder], ScriptedReply]:
    remaining = iter(replies)
    return lambda _order: next(remaining, EngineUnavailable("the script has run out of answers"))
