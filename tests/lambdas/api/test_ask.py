"""Free questions that no template answers: the miss path of /ask."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from edgefill.core.cases import make_question_case
from edgefill.core.errors import EngineUnavailable
from edgefill.demand.queue import GenerationJob, job_from_json, job_to_json
from edgefill.routing.question import key_digest, read_question
from lambdas.api.miss_handler import MissRequest
from tests.lambdas.api.conftest import OVER_TWINS

ON_AWS = True  # see conftest.py
QUESTION = "Do you ship to the Moon? My name is Zebulon Crane, order 4711"
KEY = f"answer/en/{make_question_case(read_question(QUESTION).digest)}"
ROUTE = "route=out-of-scope; score=0.512; margin=0.100"


def ask(shop: Any, question: str = QUESTION, **fields: Any) -> Any:
    query = f"q={quote(question)}" + fields.pop("more", "")
    return shop.get(None, query=query, **fields)


def test_an_answer_is_written_for_the_question(world: Any, good: Any, token: Any) -> None:
    """As a template, filled for the visitor, marked as not reviewed, with the router's doubt."""
    shop = world(good)
    answer = ask(shop, token=token(name="Ada"), key=KEY, route=ROUTE)
    assert answer.status == 200
    assert "Hello Ada," in answer.body
    assert answer.headers["X-Edgefill"] == (
        f"miss; template={KEY}; generated=true; {ROUTE}; reviewed=false"
    )
    assert answer.headers["Cache-Control"].startswith("private, no-store")
    stored = json.loads(shop.adapters.objects.get(f"t/live/{KEY}.json").body)
    assert stored["reviewed"] is False
    assert "{{ name }}" in stored["text"]


def test_the_model_sees_the_question_without_the_person(world: Any, good: Any) -> None:
    """Numbers, addresses and names are masked; the question follows the rules in the prompt."""
    shop = world(good)
    ask(shop)
    (order,) = shop.generator.orders
    assert order.prompt.endswith("Question: do you ship to the moon my name is [name] order #")
    for personal in ("Zebulon", "zebulon", "4711"):
        assert personal not in order.prompt


def test_the_next_such_question_is_a_hit_of_the_overlay(world: Any, good: Any) -> None:
    """Even with other numbers, since the key does not include them."""
    shop = world(good)
    ask(shop)
    answer = ask(shop, QUESTION.replace("4711", "0815"))
    assert answer.headers["X-Edgefill"] == (
        f"miss; template={KEY}; generated=false; reviewed=false"
    )
    assert len(shop.generator.orders) == 1


def test_a_routed_question_whose_template_is_missing_is_an_ordinary_miss(
    world: Any, good: Any
) -> None:
    """The edge found the experience, but its case has no template yet."""
    shop = world(good)
    route = "route=scored; score=0.990; margin=0.900"
    answer = ask(shop, key="order-delayed/de/gold.any", route=route)
    outcome = answer.headers["X-Edgefill"]
    assert outcome.startswith(
        "miss; template=order-delayed/de/gold.any; generated=true; route=scored"
    )
    assert "reviewed" not in outcome
    assert "Question" not in shop.generator.orders[0].prompt


@pytest.mark.parametrize("key", ["", "answer/en/any", "answer/en/q-zz", "answer/xx/q-1", "rubbish"])
def test_the_key_of_an_answer_depends_only_on_the_question(world: Any, good: Any, key: str) -> None:
    """The edge's header does not matter."""
    shop = world(good)
    assert f"template={KEY};" in ask(shop, key=key).headers["X-Edgefill"]


@OVER_TWINS
def test_without_a_model_the_hand_written_answer_stands_in(world: Any, good: Any) -> None:
    """At once; the worker generates the answer later from the queued question."""
    script = iter([EngineUnavailable("cold")])
    shop = world(lambda order: next(script, None) or good(order))
    answer = ask(shop)
    assert answer.headers["X-Edgefill"].startswith(f"fallback; template={KEY}; reason=cold")
    assert "help page" in answer.body
    (job,) = (job_from_json(body) for body in shop.queue_bodies)
    assert job.key == KEY
    assert "Zebulon".casefold() not in job.question
    shop.time.sleep(60)
    assert shop.worker.drain(shop.adapters.queue) == 1
    assert "generated=false" in ask(shop).headers["X-Edgefill"]


def test_a_job_of_an_answer_without_its_question_is_dropped(world: Any, good: Any) -> None:
    """A retry could not help."""
    shop = world(good)
    assert shop.worker.process_message(job_to_json(GenerationJob(key=KEY, version="1")))
    assert shop.generator.orders == []


def test_demand_is_counted_and_texts_are_stored_only_if_enabled(world: Any, good: Any) -> None:
    """Counts always, by digest; masked texts only with EDGEFILL_API_KEEP_QUESTIONS."""
    without_texts, with_texts = world(good), world(good, keep_questions=True)
    for shop in (without_texts, with_texts):
        ask(shop)
        ask(shop)
        assert shop.adapters.counts.list_top(5) == [(KEY, 2)]
    assert without_texts.adapters.questions.read_texts() == {}
    assert with_texts.adapters.questions.read_texts() == {
        KEY: "do you ship to the moon my name is [name] order #"
    }


def test_the_log_holds_no_word_of_the_question(world: Any, good: Any) -> None:
    """Only its digest."""
    shop = world(good)
    ask(shop)
    log = shop.log_stream.getvalue()
    assert KEY in log
    assert "moon" not in log.casefold()


@pytest.mark.parametrize(
    ("query", "status", "detail"),
    [
        ("", 400, "no question"),
        ("q=", 400, "empty"),
        ("q=%20%20", 400, "empty"),
        ("q=" + "a" * 600, 400, "600 characters"),
        ("q=" + "a" * 10_000, 400, "10002 characters"),
        ("q=hi&q=ho", 400, "repeated"),
        ("q=hi&locale=", 400, "locale"),
        ("q=%ff", 400, "UTF-8"),
    ],
)
def test_bad_questions_are_refused_without_a_model(
    world: Any, good: Any, query: str, status: int, detail: str
) -> None:
    """The problem+json says what to send."""
    shop = world(good)
    answer = shop.get(None, query=query)
    assert answer.status == status
    assert detail in json.loads(answer.body)["detail"]
    assert shop.generator.orders == []


def test_the_answering_experience_is_not_a_page(world: Any, good: Any) -> None:
    """It has no text without a question."""
    answer = world(good).get("answer")
    assert answer.status == 404
    assert "/ask" in json.loads(answer.body)["detail"]


def test_without_free_questions_in_the_catalogue_there_is_no_ask(world: Any) -> None:
    """404; the visitor is sent to the pages."""
    handler = world([]).dependencies.miss_handler
    closed = replace(handler, catalogue=replace(handler.catalogue, questions=None))
    answer = closed.serve(MissRequest(method="GET", experience=None, query="q=hi"))
    assert answer.status == 404
    assert "/p/<experience>" in json.loads(answer.body)["detail"]


def test_who_guesses_a_question_does_not_learn_that_it_was_asked(world: Any, good: Any) -> None:
    """Object, count and stored text have the digest under the key; the plain one is nowhere."""
    secret, plain = "a secret of the deployment", read_question(QUESTION).digest
    shop = world(good, question_key=secret, keep_questions=True)
    ask(shop)
    key = f"answer/en/{make_question_case(key_digest(secret, plain))}"
    adapters = shop.adapters
    assert list(adapters.objects.list_keys("t/")) == [f"t/live/{key}.json"]
    assert adapters.counts.list_top(5) == [(key, 1)]
    assert list(adapters.questions.read_texts()) == [key]
    assert plain not in shop.log_stream.getvalue()


def test_the_edges_key_and_the_apis_are_the_same(world: Any, good: Any) -> None:
    """Both key the digest by the same function, so the edge finds what the API stored."""
    secret = "a secret of the deployment"
    shop = world(good, question_key=secret)
    digest = key_digest(secret, read_question(QUESTION).digest)
    assert f"template=answer/en/q-{digest};" in ask(shop).headers["X-Edgefill"]
