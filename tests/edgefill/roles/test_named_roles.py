"""An error of a role's server names the role, and what to correct."""

from __future__ import annotations

import pytest

from edgefill.chat import ChatOrder, ScriptedChat
from edgefill.core.errors import (
    EngineBusy,
    EngineTimeout,
    EngineUnavailable,
    GenerationError,
    InvalidEngineOutput,
)
from edgefill.roles import Role
from edgefill.roles.named_roles import NamedChat

JUDGE = Role(name="judge", engine="openai", model="big", url="http://judge", key_env="JUDGE_KEY")
WRITER = Role(name="drafter", engine="service")


def ask(role: Role, error: GenerationError) -> GenerationError:
    with pytest.raises(GenerationError) as raised:
        NamedChat(inner=ScriptedChat([error]), role=role).ask(ChatOrder(prompt=""), deadline_s=1)
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
