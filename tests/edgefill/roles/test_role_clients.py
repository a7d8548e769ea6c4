"""An order keeps to its role's budget; an error names the role, and what to correct."""

from __future__ import annotations

import pytest

from edgefill.chat import ChatOrder, ChatReply, ScriptedChat
from edgefill.core.errors import (
    EngineBusy,
    EngineTimeout,
    EngineUnavailable,
    GenerationError,
    InvalidEngineOutput,
)
from edgefill.drafting.writers.generator import Draft, GenerationOrder
from edgefill.roles import Role
from edgefill.roles.role_clients import RoleChat, RoleGenerator
from edgefill.roles.roles import Budget, RoleName

JUDGE = Role(name="judge", engine="openai", model="big", url="http://judge", key_env="JUDGE_KEY")
WRITER = Role(name="drafter", engine="service")


def ask(role: Role, error: GenerationError) -> GenerationError:
    with pytest.raises(GenerationError) as raised:
        RoleChat(inner=ScriptedChat([error]), role=role).ask(ChatOrder(prompt=""), deadline_s=1)
    return raised.value


@pytest.mark.parametrize("kind", [EngineBusy, EngineTimeout, EngineUnavailable])
def test_the_role_and_its_model_come_first(kind: type[GenerationError]) -> None:
    """The error stays the same otherwise."""
    error = ask(JUDGE, kind("http://judge answered 500"))
    assert type(error) is kind
    assert str(error) == "judge (roles.yaml, model 'big'): http://judge answered 500"


def test_its_attributes_stay() -> None:
    """A visitor's Retry-After depends on them."""
    error = ask(JUDGE, EngineUnavailable("cold", retry_after=9, cold=True))
    assert isinstance(error, EngineUnavailable)
    assert (error.retry_after, error.cold) == (9, True)


@pytest.mark.parametrize(
    ("role", "remedy"),
    [
        (JUDGE, "; correct its url or model, or the key in JUDGE_KEY"),
        (
            Role(name="judge", engine="openai", model="big"),
            "; correct its url or model, or add key",
        ),
        (Role(name="critic", engine="service", adapter="editor"), "; correct its model or adapter"),
        (WRITER, "drafter (roles.yaml): no; check that the URL is that of the GPU service"),
    ],
)
def test_what_never_heals_has_a_remedy(role: Role, remedy: str) -> None:
    assert remedy in str(ask(role, EngineUnavailable("no", permanent=True)))


def test_an_invalid_answer_is_left_as_it_is() -> None:
    """It becomes the reason of one text, not of a whole run."""
    assert str(ask(JUDGE, InvalidEngineOutput("prose"))) == "prose"


class RecordingServer:
    """A model that records how long its orders may take."""

    def __init__(self) -> None:
        self.deadlines: list[float] = []

    def ask(self, order: ChatOrder, *, deadline_s: float) -> ChatReply:
        self.deadlines.append(deadline_s)
        return ChatReply(text="{}", model="m", tokens=1)

    def generate(self, order: GenerationOrder, *, deadline_s: float) -> Draft:
        self.deadlines.append(deadline_s)
        return Draft(text="x", model="m", tokens=1, seconds=0)


def test_a_judge_takes_no_longer_than_its_budget() -> None:
    """Nor longer than its caller has time."""
    server = RecordingServer()
    role = Role(name="judge", engine="openai", budget=Budget(seconds=3))
    for deadline_s in (60, 2):
        RoleChat(inner=server, role=role).ask(ChatOrder(prompt=""), deadline_s=deadline_s)
    assert server.deadlines == [3, 2]


@pytest.mark.parametrize(("name", "seconds"), [("reviser", 3), ("drafter", 60)])
def test_only_the_drafters_time_is_the_callers_choice(name: RoleName, seconds: float) -> None:
    """`--deadline` may be longer than the budget, which is its default."""
    server = RecordingServer()
    role = Role(name=name, engine="service", budget=Budget(seconds=3))
    order = GenerationOrder(prompt="", format="text")
    RoleGenerator(inner=server, role=role).generate(order, deadline_s=60)
    assert server.deadlines == [seconds]
