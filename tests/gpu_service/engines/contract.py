"""The contract of every engine: a test module subclasses it and gives the fixture `subject`."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest
from llguidance import LLMatcher, LLTokenizer

from edgefill.core.errors import RequestRefused
from edgefill.core.slots import Slot
from gpu_service.engines.engine import GenerationRequest, Message
from gpu_service.grammar.lark_grammar import build_grammar
from gpu_service.grammar.template_spec import TemplateSpec
from tests.gpu_service.engines.subject import Subject

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


def needs(subject: Subject, ability: str) -> None:
    """Skip what this engine cannot do."""
    if ability not in subject.can:
        pytest.skip(f"{type(subject.engine).__name__} has no {ability}")


class Seam:
    """What holds for every engine, a scripted one too."""

    def test_a_started_engine_is_ready_and_has_a_name(self, subject: Subject) -> None:
        """It says what it is, and how much it can hold."""
        assert subject.engine.ready
        assert subject.engine.model
        assert subject.engine.context > 0

    def test_deltas_make_the_whole_and_only_the_last_ends_it(self, subject: Subject) -> None:
        """One finish reason, and the prompt's tokens with it."""
        written = subject.write(**GREEDY)
        assert written.text
        assert [d.finish_reason for d in written.deltas[:-1]] == [None] * (len(written.deltas) - 1)
        assert written.last.finish_reason in ("stop", "length")
        assert written.last.prompt_tokens > 0
        assert len(written.deltas) > 1

    def test_closing_frees_the_place(self, subject: Subject) -> None:
        """More requests than places are begun and left; the next one still writes."""

        async def begun_and_left() -> None:
            deltas = subject.engine.generate(GenerationRequest(prompt="Say hello", max_tokens=500))
            await anext(deltas)
            await deltas.aclose()

        async def many() -> None:
            await asyncio.gather(*(begun_and_left() for _ in range(12)))

        subject.run(many())
        assert subject.write(max_tokens=4).last.finish_reason

    def test_cancelling_who_waits_frees_the_place(self, subject: Subject) -> None:
        """A task that is cancelled in mid-text leaves nothing behind."""

        async def cancelled() -> None:
            task = asyncio.create_task(subject.written(max_tokens=500))
            await asyncio.sleep(0.01)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        subject.run(cancelled())
        assert subject.write(max_tokens=4).last.finish_reason

    def test_many_are_written_at_once(self, subject: Subject) -> None:
        """Of both lanes; each is whole and as it would be alone."""
        lanes = ("interactive", "batch")
        asked = [{**GREEDY, "lane": lanes[n % 2]} for n in range(40)]
        written = subject.write_all(*asked)
        assert len({one.text for one in written}) == 1
        assert all(one.last.finish_reason for one in written)


class Contract(Seam):
    """What holds for every engine with a model; `Subject.can` says which abilities it has."""

    def test_max_tokens_cut_a_text(self, subject: Subject) -> None:
        """`length`, and exactly so many tokens."""
        needs(subject, "limits")
        written = subject.write(temperature=0, max_tokens=3)
        assert (written.last.finish_reason, written.tokens) == ("length", 3)

    def test_a_text_that_ignores_its_end_is_as_long_as_asked(self, subject: Subject) -> None:
        """As `vllm bench serve` asks, whatever the model would say."""
        needs(subject, "limits")
        written = subject.write(temperature=1.0, seed=3, max_tokens=400, ignore_eos=True)
        assert (written.last.finish_reason, written.tokens) == ("length", 400)

    def test_the_likeliest_token_each_time_at_temperature_zero(self, subject: Subject) -> None:
        """Whatever the seed."""
        needs(subject, "sampling")
        first, second = [subject.write(**GREEDY, seed=seed) for seed in (1, 2)]
        assert first.text == second.text

    def test_a_seed_gives_the_same_text_whoever_writes_beside(self, subject: Subject) -> None:
        """Reproducible alone and among others; another seed gives another text."""
        needs(subject, "sampling")
        asked, other = [dict[str, Any](seed=n, max_tokens=24, temperature=1.0) for n in (5, 6)]
        alone = subject.write(**asked)
        beside = subject.write_all(other, asked, other)
        assert beside[1].text == alone.text
        assert beside[0].text == beside[2].text != alone.text

    def test_a_text_ends_before_a_stop_string(self, subject: Subject) -> None:
        """None of it is let out, though it spans tokens; the reason is `stop`."""
        needs(subject, "stop")
        whole = subject.write(**GREEDY).text
        stop = whole[8:12]
        written = subject.write(**GREEDY, stop=("never written", stop))
        assert written.text == whole[: whole.index(stop)]
        assert written.last.finish_reason == "stop"

    def test_a_text_under_a_slot_grammar_keeps_to_it(self, subject: Subject) -> None:
        """Hot or not, the whole text is one of the grammar's."""
        needs(subject, "grammar")
        for form in ("html", "text"):
            grammar = build_grammar(TemplateSpec(format=form, slots=SLOTS, max_chars=200))
            asked = [{"grammar": grammar, "seed": n, "temperature": 1.0} for n in range(4)]
            for written in subject.write_all(*asked):
                assert written.last.finish_reason == "stop"
                assert accepts(grammar, written.text), written.text

    def test_a_text_under_a_json_schema_is_of_it(self, subject: Subject) -> None:
        """JSON with the declared fields, bounded strings among them."""
        needs(subject, "json_schema")
        schema = json.dumps(SCHEMA)
        asked = [{"json_schema": schema, "seed": n, "temperature": 1.0} for n in range(8)]
        for written in subject.write_all(*asked):
            found = json.loads(written.text)
            assert list(found) == ["title", "kind", "sizes"]
            assert len(found["title"]) <= 20
            assert found["kind"] in ("a", "b")

    def test_a_text_under_a_regex_matches_it(self, subject: Subject) -> None:
        """All of it, and then it ends."""
        needs(subject, "regex")
        pattern = r"[0-9]{3}-(yes|no)"
        for written in subject.write_all(*({"regex": pattern, "seed": n} for n in range(4))):
            assert re.fullmatch(pattern, written.text)
            assert written.last.finish_reason == "stop"

    def test_log_probabilities_come_with_each_token(self, subject: Subject) -> None:
        """The written token's and the likeliest others', best first."""
        needs(subject, "logprobs")
        written = subject.write(**GREEDY, logprobs=2)
        found = [one for delta in written.deltas for one in delta.logprobs]
        assert len(found) == written.tokens
        assert all(one.logprob <= 0 and len(one.top) == 2 for one in found)
        assert all(one.top[0] == (one.token, one.logprob) for one in found)
        assert all(one.top[0][1] >= one.top[1][1] for one in found)

    def test_token_ids_come_where_they_are_told(self, subject: Subject) -> None:
        """As many as tokens."""
        needs(subject, "token_ids")
        written = subject.write(**GREEDY)
        assert sum(len(delta.token_ids) for delta in written.deltas) == written.tokens

    def test_the_prompts_tokens_are_counted_alike(self, subject: Subject) -> None:
        """Before it is written and after; a chat of one message is its prompt."""
        needs(subject, "count")
        request = GenerationRequest(prompt="Say hello to all of them")
        counted = subject.engine.count_tokens(request)
        assert subject.write(request.prompt, max_tokens=1).last.prompt_tokens == counted
        chat = (Message(role="user", content=request.prompt),)
        asked = GenerationRequest(prompt="", messages=chat)
        assert subject.engine.count_tokens(asked) == counted

    def test_a_raw_prompt_has_no_chat_template(self, subject: Subject) -> None:
        """Fewer tokens, and a text of its own."""
        needs(subject, "raw")
        raw, chat = subject.write(**GREEDY, raw=True), subject.write(**GREEDY)
        assert raw.last.prompt_tokens < chat.last.prompt_tokens

    @pytest.mark.parametrize(
        ("asked", "says"),
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
    def test_what_cannot_be_written_is_refused(
        self, subject: Subject, asked: dict[str, Any], says: str
    ) -> None:
        """The refusal names what is wrong; the engine lives on."""
        needs(subject, "limits")
        with pytest.raises(RequestRefused, match=says):
            subject.write(**({"prompt": "Say hello"} | asked))
        assert subject.engine.ready
        assert subject.write(max_tokens=1).tokens == 1

    def test_a_huge_max_tokens_is_what_the_context_leaves(self, subject: Subject) -> None:
        """No refusal: the context ends the text at the latest."""
        needs(subject, "limits")
        written = subject.write(max_tokens=10**9, temperature=0)
        assert written.tokens <= subject.engine.context


class BatchingContract(Contract):
    """What holds for an engine that shares prefixes and serves adapters."""

    def test_a_prompts_prefix_is_computed_once(self, subject: Subject) -> None:
        """The second text with the same long prompt finds it in the cache."""
        prompt = "A prefix that every experience of the catalogue shares. " * 8
        first, second = [subject.write(prompt, max_tokens=2) for _ in range(2)]
        share = second.last.cached_tokens / second.last.prompt_tokens
        assert first.last.cached_tokens < second.last.cached_tokens
        assert share > 0.7, f"{share:.0%} of the prompt was cached"

    def test_seeded_prompts_that_fill_a_batch_are_all_written(self, subject: Subject) -> None:
        """More of them than one step reads, each of its own; none ends the engine."""
        prompts = [f"{n} " + "A prompt that no other shares. " * 40 for n in range(24)]
        asked = [{"prompt": prompt, "seed": n, "max_tokens": 2} for n, prompt in enumerate(prompts)]
        assert all(one.last.finish_reason for one in subject.write_all(*asked))
        assert subject.engine.ready

    def test_an_adapter_writes_in_its_own_way(self, subject: Subject) -> None:
        """Asked for by name, beside the model itself."""
        name = subject.engine.adapters[0]
        base, adapted = subject.write_all(GREEDY, {**GREEDY, "adapter": name})
        assert base.text == subject.write(**GREEDY).text
        assert adapted.text != base.text


def accepts(grammar: str, text: str) -> bool:
    """Whether `text` is a whole text of the grammar."""
    tokenizer = LLTokenizer("byte")
    matcher = LLMatcher(tokenizer, grammar, log_level=0)
    return all(map(matcher.consume_token, text.encode())) and bool(matcher.is_accepting())
