"""The contract of every engine; a test module subclasses it and provides the fixture `subject`."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest
from llguidance import LLMatcher, LLTokenizer

from edgefill.core.errors import RequestRefused
from edgefill.core.slots import Slot
from gpu_service.engines.engine import GenerationRequest, Message, TokenLogprob
from gpu_service.grammar.lark_grammar import build_grammar
from gpu_service.grammar.template_spec import TemplateSpec
from tests.gpu_service.engines.subject import GeneratedText, Subject

SLOTS = (Slot(name="name", type="name", required=True, default="there"), Slot(name="x", type="url"))
SCHEMA = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "maxLength": 20},
        "kind": {"enum": ["a", "b"]},
        "sizes": {"type": "array", "items": {"enum": [1, 2]}, "maxItems": 3},
    },
    "required": ["title", "kind", "sizes"],
    "additionalProperties": False,
}
GREEDY: dict[str, Any] = {"temperature": 0, "max_tokens": 24}


def require(subject: Subject, ability: str) -> None:
    """Skip a test of an ability that this engine does not have."""
    if ability not in subject.abilities:
        pytest.skip(f"{type(subject.engine).__name__} has no {ability}")


class BasicContract:
    """What holds for every engine, including a scripted one."""

    def test_a_started_engine_is_ready_and_has_a_name(self, subject: Subject) -> None:
        """It has a name and a context."""
        assert subject.engine.ready
        assert subject.engine.model
        assert subject.engine.context > 0

    def test_only_the_last_delta_has_a_finish_reason(self, subject: Subject) -> None:
        """The last delta also has the prompt's tokens."""
        result = subject.write(**GREEDY)
        assert result.text
        assert [d.finish_reason for d in result.deltas[:-1]] == [None] * (len(result.deltas) - 1)
        assert result.last.finish_reason in ("stop", "length")
        assert result.last.prompt_tokens > 0
        assert len(result.deltas) > 1

    def test_closing_frees_the_place(self, subject: Subject) -> None:
        """More requests than places are begun and closed; the next one still generates."""

        async def begin_and_leave() -> None:
            deltas = subject.engine.generate(GenerationRequest(prompt="Say hello", max_tokens=500))
            await anext(deltas)
            await deltas.aclose()

        async def begin_many() -> None:
            await asyncio.gather(*(begin_and_leave() for _ in range(12)))

        subject.run(begin_many())
        assert subject.write(max_tokens=4).last.finish_reason

    def test_cancelling_a_request_frees_its_place(self, subject: Subject) -> None:
        """A task that is cancelled in the middle of a text holds no place."""

        async def cancel_one() -> None:
            task = asyncio.create_task(subject.write_async(max_tokens=500))
            await asyncio.sleep(0.01)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        subject.run(cancel_one())
        assert subject.write(max_tokens=4).last.finish_reason

    def test_many_requests_run_at_once(self, subject: Subject) -> None:
        """Requests of both lanes; each text is complete and the same as on its own."""
        lanes = ("interactive", "batch")
        options = [{**GREEDY, "lane": lanes[n % 2]} for n in range(40)]
        result = subject.write_all(*options)
        assert len({one.text for one in result}) == 1
        assert all(one.last.finish_reason for one in result)


class Contract(BasicContract):
    """What holds for every engine with a model; `Subject.can` says which abilities it has."""

    def test_max_tokens_cut_a_text(self, subject: Subject) -> None:
        """Finish reason `length`, and exactly `max_tokens` tokens."""
        require(subject, "limits")
        result = subject.write(temperature=0, max_tokens=3)
        assert (result.last.finish_reason, result.tokens) == ("length", 3)

    def test_ignore_eos_generates_exactly_max_tokens(self, subject: Subject) -> None:
        """As `vllm bench serve` needs it, whatever the model would choose."""
        require(subject, "limits")
        result = subject.write(temperature=1.0, seed=3, max_tokens=400, ignore_eos=True)
        assert (result.last.finish_reason, result.tokens) == ("length", 400)

    def test_temperature_zero_always_takes_the_likeliest_token(self, subject: Subject) -> None:
        """For every seed."""
        require(subject, "sampling")
        first, second = [subject.write(**GREEDY, seed=seed) for seed in (1, 2)]
        assert first.text == second.text

    def test_a_seed_gives_the_same_text_whatever_else_runs(self, subject: Subject) -> None:
        """On its own and together with others; another seed gives another text."""
        require(subject, "sampling")
        options, other = [dict[str, Any](seed=n, max_tokens=24, temperature=1.0) for n in (5, 6)]
        single = subject.write(**options)
        together = subject.write_all(other, options, other)
        assert together[1].text == single.text
        assert together[0].text == together[2].text != single.text

    def test_a_text_ends_before_a_stop_string(self, subject: Subject) -> None:
        """No part of it is emitted, although it spans tokens; the finish reason is `stop`."""
        require(subject, "stop")
        whole = subject.write(**GREEDY).text
        stop = whole[8:12]
        result = subject.write(**GREEDY, stop=("never generated", stop))
        assert result.text == whole[: whole.index(stop)]
        assert result.last.finish_reason == "stop"

    def test_a_text_follows_its_slot_grammar(self, subject: Subject) -> None:
        """At temperature 1 the grammar accepts the whole text."""
        require(subject, "grammar")
        for form in ("html", "text"):
            grammar = build_grammar(TemplateSpec(format=form, slots=SLOTS, max_chars=200))
            options = [{"grammar": grammar, "seed": n, "temperature": 1.0} for n in range(4)]
            for result in subject.write_all(*options):
                assert result.last.finish_reason == "stop"
                assert accepts(grammar, result.text), result.text

    def test_a_text_follows_its_json_schema(self, subject: Subject) -> None:
        """JSON with the declared fields, among them a string with a maximum length."""
        require(subject, "json_schema")
        schema = json.dumps(SCHEMA)
        options = [{"json_schema": schema, "seed": n, "temperature": 1.0} for n in range(8)]
        for result in subject.write_all(*options):
            items = json.loads(result.text)
            assert list(items) == ["title", "kind", "sizes"]
            assert len(items["title"]) <= 20
            assert items["kind"] in ("a", "b")

    def test_a_text_matches_its_regex(self, subject: Subject) -> None:
        """The whole text matches, and then it ends."""
        require(subject, "regex")
        pattern = r"[0-9]{3}-(yes|no)"
        for result in subject.write_all(*({"regex": pattern, "seed": n} for n in range(4))):
            assert re.fullmatch(pattern, result.text)
            assert result.last.finish_reason == "stop"

    def test_log_probabilities_come_with_each_token(self, subject: Subject) -> None:
        """Those of the generated token and of the likeliest tokens, the likeliest first."""
        require(subject, "logprobs")
        result = subject.write(**GREEDY, logprobs=2)
        items = list_logprobs(result)
        assert len(items) == result.tokens
        assert all(one.logprob <= 0 and len(one.top) == 2 for one in items)
        assert all(one.top[0] == (one.token, one.logprob) for one in items)
        assert all(one.top[0][1] >= one.top[1][1] for one in items)

    def test_each_token_has_its_id(self, subject: Subject) -> None:
        """There are as many ids as tokens."""
        require(subject, "token_ids")
        result = subject.write(**GREEDY)
        assert sum(len(delta.token_ids) for delta in result.deltas) == result.tokens

    def test_a_prompt_has_the_same_count_before_and_after(self, subject: Subject) -> None:
        """A chat of one message has the count of its prompt."""
        require(subject, "count")
        request = GenerationRequest(prompt="Say hello to all of them")
        expected = subject.engine.count_tokens(request)
        assert subject.write(request.prompt, max_tokens=1).last.prompt_tokens == expected
        chat = (Message(role="user", content=request.prompt),)
        options = GenerationRequest(prompt="", messages=chat)
        assert subject.engine.count_tokens(options) == expected

    def test_a_raw_prompt_has_no_chat_template(self, subject: Subject) -> None:
        """It has fewer tokens than the same prompt in the chat template."""
        require(subject, "raw")
        raw, chat = subject.write(**GREEDY, raw=True), subject.write(**GREEDY)
        assert raw.last.prompt_tokens < chat.last.prompt_tokens

    @pytest.mark.parametrize(
        ("options", "says"),
        [
            ({"prompt": "hello " * 1200}, "prompt|context"),
            ({"prompt": "hello " * 300_000}, "prompt|context"),
            ({"max_tokens": 0}, "max_tokens"),
            ({"grammar": "start: ("}, "(?i)grammar"),
            ({"grammar": "start: missing"}, "(?i)grammar"),
            ({"regex": "("}, "(?i)regex"),
            ({"json_schema": '{"type": "strin"}'}, "(?i)strin|schema"),
            ({"json_schema": "{"}, "(?i)json|schema|grammar"),
            ({"regex": "a", "json_schema": "{}"}, "one"),
            ({"adapter": "nobody"}, "(?i)adapter|nobody"),
            ({"logprobs": 500}, "logprobs"),
            ({"regex": "a", "ignore_eos": True}, "ignore_eos"),
            ({"prompt": "half \ud800"}, "UTF-8|surrogate"),
        ],
    )
    def test_an_impossible_request_is_refused(
        self, subject: Subject, options: dict[str, Any], says: str
    ) -> None:
        """The refusal names what is wrong, and the engine keeps running."""
        require(subject, "limits")
        with pytest.raises(RequestRefused, match=says):
            subject.write(**({"prompt": "Say hello"} | options))
        assert subject.engine.ready
        assert subject.write(max_tokens=1).tokens == 1

    def test_a_huge_max_tokens_is_cut_to_the_context(self, subject: Subject) -> None:
        """It is not refused; the text ends with the context at the latest."""
        require(subject, "limits")
        result = subject.write(max_tokens=10**9, temperature=0)
        assert result.tokens <= subject.engine.context

    def test_the_tokens_own_log_probabilities_can_be_had_without_others(
        self, subject: Subject
    ) -> None:
        """They are those that come with alternatives; without either field there are none."""
        require(subject, "logprobs")
        single = subject.write(**GREEDY, log_probability=True)
        both = subject.write(**GREEDY, log_probability=True, logprobs=1)
        assert [one.logprob for one in list_logprobs(single)] == pytest.approx(
            [one.logprob for one in list_logprobs(both)], abs=1e-4
        )
        assert len(list_logprobs(single)) == single.tokens
        assert {len(one.top) for one in list_logprobs(single)} == {0}
        assert {len(one.top) for one in list_logprobs(both)} == {1}
        assert list_logprobs(subject.write(**GREEDY)) == []

    def test_temperature_does_not_change_log_probabilities(self, subject: Subject) -> None:
        """They are the model's own, whatever the sampling makes of them.

        vLLM's server puts the chosen token among the likeliest, so not all of them are compared.
        """
        require(subject, "logprobs")
        texts = [
            subject.write(temperature=heat, seed=1, max_tokens=1, logprobs=5) for heat in (0, 1.9)
        ]
        cold, hot = [dict(list_logprobs(text)[0].top) for text in texts]
        both = cold.keys() & hot.keys()
        assert len(both) >= 4
        assert [cold[token] for token in both] == pytest.approx(
            [hot[token] for token in both], abs=1e-4
        )


def list_logprobs(result: GeneratedText) -> list[TokenLogprob]:
    """The log probabilities of a text's tokens."""
    return [one for delta in result.deltas for one in delta.logprobs]


def accepts(grammar: str, text: str) -> bool:
    """Whether `text` is a whole text of the grammar."""
    tokenizer = LLTokenizer("byte")
    matcher = LLMatcher(tokenizer, grammar, log_level=0)
    return all(map(matcher.consume_token, text.encode())) and bool(matcher.is_accepting())
