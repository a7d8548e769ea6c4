"""The contract of an engine that caches prefixes and serves adapters, as vLLM does."""

from __future__ import annotations

from tests.gpu_service.engines.contract import GREEDY, Contract
from tests.gpu_service.engines.subject import Subject


class BatchingContract(Contract):
    """What holds for an engine that caches prefixes and serves adapters."""

    def test_a_prompts_prefix_is_computed_once(self, subject: Subject) -> None:
        """The second text with the same long prompt finds its prefix in the cache."""
        # long enough that the last, partly filled block of the cache weighs little
        prompt = "A prefix that every experience of the catalogue shares. " * 24
        first, second = [subject.write(prompt, max_tokens=2) for _ in range(2)]
        share = second.last.cached_tokens / second.last.prompt_tokens
        assert first.last.cached_tokens < second.last.cached_tokens
        assert share > 0.7, f"{share:.0%} of the prompt was cached"

    def test_seeded_prompts_that_fill_a_batch_are_all_answered(self, subject: Subject) -> None:
        """More prompts than one step reads, all different; the engine keeps running."""
        prompts = [f"{n} " + "A prompt that no other shares. " * 40 for n in range(24)]
        options = [
            {"prompt": prompt, "seed": n, "max_tokens": 2} for n, prompt in enumerate(prompts)
        ]
        assert all(one.last.finish_reason for one in subject.write_all(*options))
        assert subject.engine.ready

    def test_adapters_run_together_and_change_the_text(self, subject: Subject) -> None:
        """Each request gets the text of its own adapter or of the model, as on its own."""
        names = (None, *subject.engine.adapters)
        options = [{**GREEDY, "adapter": name} for name in names]
        alone = [subject.write(**one).text for one in options]
        assert len(set(alone)) == len(names) >= 3
        together = subject.write_all(*options * 4)
        assert [one.text for one in together] == alone * 4

    def test_adapters_never_share_a_prefix(self, subject: Subject) -> None:
        """The same prompt is read again for another adapter, and found again for the same one."""
        prompt = "A prefix that the judge and the writer both read, word for word. " * 24
        names = (*subject.engine.adapters, *subject.engine.adapters)
        cached = [subject.write(prompt, max_tokens=1, adapter=name).last for name in names]
        half = len(names) // 2
        first, second = (
            [one.cached_tokens for one in part] for part in (cached[:half], cached[half:])
        )
        assert set(first) == {0}
        assert all(tokens > 0.7 * cached[0].prompt_tokens for tokens in second)
