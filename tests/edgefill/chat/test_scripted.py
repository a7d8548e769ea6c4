"""ScriptedChat replays what a model would answer."""

import pytest

from edgefill.chat import ChatOrder, ChatReply, ScriptedChat
from edgefill.core.errors import EngineTimeout, EngineUnavailable


def test_answers_come_in_order_and_then_the_model_is_unavailable() -> None:
    cut = ChatReply(text="{", model="m", tokens=1, is_complete=False)
    chat = ScriptedChat(["yes", cut, EngineTimeout("late")])
    order = ChatOrder(prompt="Well?")
    assert chat.ask(order, deadline_s=1).text == "yes"
    assert chat.ask(order, deadline_s=1) == cut
    with pytest.raises(EngineTimeout):
        chat.ask(order, deadline_s=1)
    with pytest.raises(EngineUnavailable, match="run out"):
        chat.ask(order, deadline_s=1)
    assert chat.orders == [order] * 4


def test_an_answer_may_depend_on_the_order() -> None:
    chat = ScriptedChat(lambda order: order.prompt.upper())
    assert chat.ask(ChatOrder(prompt="well"), deadline_s=1).text == "WELL"
