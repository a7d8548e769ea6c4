"""The texts that a report shows."""

from __future__ import annotations

from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts
from edgefill.judging.verdict import make_person_verdict
from edgefill.quality.reasons import MAX_TEXT_CHARS
from edgefill.quality.samples import SAMPLES, sample_accepted, sample_refused
from tests.edgefill.quality.conftest import KEY, gather, make_candidate


def make_many(count: int = 40) -> dict[Key, Attempts]:
    """Keys with one accepted and one refused text each."""
    keys = [Key(experience="a", locale="en", case=f"c{number}") for number in range(count)]
    return {
        key: gather(make_candidate(key=key), make_candidate("pass", key=key, chance=0.9))
        for key in keys
    }


def test_the_same_seed_gives_the_same_texts() -> None:
    """The order of the keys does not matter, another catalogue version does."""
    attempts = make_many()
    again = dict(reversed(attempts.items()))
    assert len(sample_accepted(attempts, "c1")) == SAMPLES
    assert sample_accepted(attempts, "c1") == sample_accepted(again, "c1")
    assert sample_refused(attempts, "c1") == sample_refused(again, "c1")
    assert sample_accepted(attempts, "c1") != sample_accepted(attempts, "c2")


def test_names_key_reason_chance_and_model() -> None:
    """A refused text has the reason of whoever refused it; a held one is not refused."""
    attempts = {
        KEY: gather(
            make_candidate(text="[x]"),
            make_candidate("fail", text="odd", chance=0.2, reason="clumsy"),
            make_candidate("unscored", text="held"),
        )
    }
    samples = {each.text: each for each in sample_refused(attempts, "c1")}
    assert samples.keys() == {"[x]", "odd"}
    assert "[placeholder]" in samples["[x]"].reason
    assert (samples["odd"].reason, samples["odd"].chance) == ("clumsy", 0.2)
    assert (samples["odd"].key, samples["odd"].model, samples["odd"].origin) == (
        str(KEY),
        "tiny",
        "draft",
    )


def test_a_persons_reason_says_whose_it_is() -> None:
    """A reader's note is not taken for the judge's."""
    read = make_person_verdict("fail", reader="ada", reason="clumsy")
    attempts = {KEY: gather(make_candidate("pass").add_verdicts(read))}
    assert sample_refused(attempts, "c1")[0].reason == "a person: clumsy"


def test_lists_a_repeated_text_once_and_cuts_a_huge_one() -> None:
    """A model that repeats itself fills no page."""
    huge = make_candidate(text="x" * 1_000_000)
    samples = sample_refused({KEY: gather(huge, huge, huge)}, "c1")
    assert len(samples) == 1
    assert len(samples[0].text) < MAX_TEXT_CHARS + 100
