"""The gate of the miss path: what the judge does not pass reaches no visitor and no overlay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from edgefill.core.errors import JudgeUnavailable
from edgefill.core.experience import Experience
from edgefill.core.keys import Key, parse_key
from edgefill.demand.queue import GenerationJob, job_to_json
from edgefill.drafting.candidate import digest_text
from edgefill.drafting.drafting_roles import DraftingRoles
from edgefill.drafting.writers.generator import Draft
from edgefill.drafting.writers.scripted import ScriptedGenerator
from edgefill.judging import ScriptedJudge, Verdict
from edgefill.judging.verdict import JUDGE_DEADLINE_S
from edgefill.packs.layout import held_key, overlay_key
from edgefill.release.held_texts import read_held_text
from edgefill.release.overlay import read_overlay
from tests.lambdas.api.conftest import connect
from tests.lambdas.api.test_template_lookup import publish_template

ON_AWS = True  # see conftest.py
KEY = parse_key("order-delayed/en/any.any")
SALAD = "<p>Hello {{ name }}, order {{ order_id }}: word salad.</p>"
FINE = "<p>Hello {{ name }}, order {{ order_id }} comes late. We are sorry.</p>"
CRITICAL = ScriptedJudge(outcomes={"salad": "fail", "late": "pass"}, otherwise="unscored")


class SlowJudge:
    """A judge that takes time, or does not answer."""

    version = "1"

    def __init__(self, sleep: Callable[[float], None], takes_s: float, *, is_down: bool) -> None:
        self.sleep, self.takes_s, self.is_down = sleep, takes_s, is_down
        self.deadlines: list[float] = []

    def judge(
        self, text: str, *, key: Key, experience: Experience, deadline_s: float = JUDGE_DEADLINE_S
    ) -> Verdict:
        self.deadlines.append(deadline_s)
        self.sleep(self.takes_s)
        if self.is_down:
            raise JudgeUnavailable("the judge is down")
        return CRITICAL.judge(text, key=key, experience=experience)


def get(shop: Any) -> str:
    answer = shop.get("order-delayed", query="locale=en")
    assert answer.status == 200
    return str(answer.headers["X-Edgefill"])


def list_stored(shop: Any) -> list[str]:
    return [*shop.adapters.objects.list_keys("t/live/"), *shop.adapters.objects.list_keys("held/")]


def test_a_passed_text_is_served_and_written_back_with_its_provenance(world: Any) -> None:
    """Model, prompts and verdict stand in the overlay."""
    shop = world([FINE], judge=CRITICAL)
    assert "generated=true" in get(shop)
    overlay = read_overlay(shop.adapters.objects, KEY)
    assert overlay is not None
    assert overlay.provenance is not None
    assert overlay.provenance["model"] == "scripted"
    assert overlay.provenance["verdict"]["outcome"] == "pass"
    assert len(overlay.provenance["prompts"]) == 12


def test_a_failed_text_is_revised_once_with_the_judges_reason(world: Any) -> None:
    """If time allows; the revision is judged too."""
    shop = world([SALAD, FINE], judge=CRITICAL)
    assert "generated=true" in get(shop)
    revision = shop.generator.orders[1].prompt
    assert SALAD in revision
    assert "scripted for 'salad'" in revision


def test_a_text_that_fails_twice_is_not_shown(world: Any) -> None:
    """The visitor gets the fallback; the worker, who has more time, gets the key."""
    shop = world([SALAD, SALAD, SALAD, FINE], judge=CRITICAL)
    assert "fallback; " in get(shop)
    assert "reason=not-publishable" in get(shop)
    assert list_stored(shop) == []
    (body,) = shop.queue_bodies
    shop.time.sleep(60)
    assert shop.worker.process_message(body)
    assert list_stored(shop) == [overlay_key(KEY)]


def test_an_unscored_text_is_held_and_never_served(world: Any) -> None:
    """It waits in private for a person; the key is not queued and not generated again."""
    shop = world(["<p>{{ name }} {{ order_id }}: hm.</p>"], judge=CRITICAL)
    assert "reason=held" in get(shop)
    assert list_stored(shop) == [held_key(KEY)]
    held = read_held_text(shop.adapters.objects, KEY)
    assert held is not None
    assert (held.text, held.verdict.outcome) == (
        "<p>{{ name }} {{ order_id }}: hm.</p>",
        "unscored",
    )
    assert shop.queue_bodies == []
    shop.time.sleep(3600)
    assert "reason=held" in get(shop)
    assert len(shop.generator.orders) == 1


def test_a_held_text_of_another_version_does_not_hold_the_key(world: Any) -> None:
    """The experience has changed, so the text is written anew."""
    shop = world(["<p>{{ name }} {{ order_id }}: hm.</p>", FINE], judge=CRITICAL)
    get(shop)
    path = held_key(KEY)
    body = shop.adapters.objects.get(path).body
    version = shop.dependencies.catalogue.entry("order-delayed").experience.version
    changed = body.replace(f'"{version}"'.encode(), b'"older"')
    assert changed != body
    shop.adapters.objects.put(path, changed, cache_control="")
    shop.time.sleep(60)
    assert "generated=true" in get(shop)


def test_a_judge_that_is_down_closes_the_gate_visibly(world: Any) -> None:
    """The fallback with a reason of its own and Retry-After; the log says so; nothing is stored."""
    shop = make_world_with_judge(world, takes_s=0, is_down=True)
    answer = shop.get("order-delayed", query="locale=en")
    assert "reason=no-judge" in answer.headers["X-Edgefill"]
    assert int(answer.headers["Retry-After"]) >= 1
    assert list_stored(shop) == []
    assert any(line.get("reason") == "no-judge" for line in shop.log)


def test_while_the_judge_is_down_no_model_works_for_nothing(world: Any) -> None:
    """The next key gets its fallback without a generation; after the pause it is tried again."""
    shop = make_world_with_judge(world, takes_s=0, is_down=True)
    get(shop)
    other = shop.get("welcome", query="locale=en")
    assert "reason=no-judge" in other.headers["X-Edgefill"]
    assert len(shop.generator.orders) == 1
    shop.time.sleep(60)
    get(shop)
    assert len(shop.generator.orders) == 2


def test_the_judge_shares_the_visitors_deadline(world: Any) -> None:
    """It gets the time that the model left, and its own time counts."""
    shop = make_world_with_judge(world, takes_s=3, is_down=False)
    began = shop.time.now
    get(shop)
    judge = shop.adapters.connected.roles.judge
    assert judge.deadlines[0] <= 8
    assert shop.time.now - began <= 8


def make_world_with_judge(world: Any, *, takes_s: float, is_down: bool) -> Any:
    generator = ScriptedGenerator(lambda _order: FINE)
    judge = SlowJudge(lambda _s: None, takes_s, is_down=is_down)
    roles = DraftingRoles(writer=generator, reviser=generator, judge=judge)
    shop = world([], adapters={"connected": connect(roles)})
    shop.generator = generator
    judge.sleep = shop.time.sleep
    return shop


@pytest.mark.parametrize("text", ["NO ANSWER", "<p>no answer.</p>"])
def test_a_writer_that_abstains_is_answered_by_hand(world: Any, text: str) -> None:
    """The hand-written text of the answer experience; the question is neither queued nor kept."""
    shop = world([text], judge=CRITICAL)
    answer = shop.get(None, query="q=Do+you+sell+moon+rocks")
    assert answer.headers["X-Edgefill"].startswith("fallback; ")
    assert "reason=abstained" in answer.headers["X-Edgefill"]
    assert (shop.queue_bodies, list_stored(shop)) == ([], [])


def test_a_writer_without_a_prompt_for_questions_is_not_asked(world: Any) -> None:
    """No model works, no budget is used."""
    generator = ScriptedGenerator([])
    roles = DraftingRoles(writer=generator, judge=CRITICAL)
    shop = world([], adapters={"connected": connect(roles)})
    answer = shop.get(None, query="q=Do+you+sell+moon+rocks")
    assert "reason=abstained" in answer.headers["X-Edgefill"]
    assert generator.orders == []


SMS = parse_key("order-delayed-sms/en/any.any")


class Prefix:
    """A transformer that puts a word before the source's text."""

    def transform(self, text: str, **_: Any) -> Draft:
        plain = "Ahoy {{ name }}, order {{ order_id }} comes late."
        assert "comes late" in text
        return Draft(text=plain, model="prefix", tokens=0, seconds=0)


def make_world_with_transformer(world: Any) -> Any:
    generator = ScriptedGenerator(lambda _order: FINE)
    roles = DraftingRoles(writer=generator, judge=CRITICAL, transformer=Prefix())
    return world([], adapters={"connected": connect(roles)})


def test_a_derived_text_is_made_from_the_accepted_one(world: Any) -> None:
    """Of the overlay here; no model writes it anew."""
    shop = make_world_with_transformer(world)
    get(shop)
    answer = shop.get("order-delayed-sms", query="locale=en")
    assert "generated=true" in answer.headers["X-Edgefill"]
    overlay = read_overlay(shop.adapters.objects, SMS)
    assert overlay is not None
    assert overlay.provenance is not None
    assert (overlay.model, overlay.provenance["origin"]) == ("prefix", "transform")
    assert overlay.provenance["parent"] == digest_text(FINE)


@pytest.mark.parametrize("who", ["visitor", "worker"])
def test_a_derived_text_is_made_from_the_released_one(world: Any, who: str) -> None:
    """Its source is the release's, where the overlay has none."""
    shop = make_world_with_transformer(world)
    publish_template(shop, greeting="comes late")  # as Prefix expects
    key = parse_key("order-delayed-sms/de/any.any")
    if who == "visitor":
        shop.get("order-delayed-sms", query="locale=de")
    else:
        assert shop.worker.process_message(job_to_json(GenerationJob(key=str(key), version="1")))
    overlay = read_overlay(shop.adapters.objects, key)
    assert overlay is not None
    assert overlay.model == "prefix"


def test_without_an_accepted_text_both_keys_are_queued(world: Any) -> None:
    """The worker writes the source, then what is derived from it."""
    shop = make_world_with_transformer(world)
    answer = shop.get("order-delayed-sms", query="locale=en")
    assert "reason=no-source" in answer.headers["X-Edgefill"]
    first, second = shop.queue_bodies
    assert (str(KEY) in first, str(SMS) in second) == (True, True)
    shop.time.sleep(60)
    assert shop.worker.process_message(first)
    assert shop.worker.process_message(second)
    assert list_stored(shop) == sorted([overlay_key(KEY), overlay_key(SMS)])
