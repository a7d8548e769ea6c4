"""Examples from a drafting run: the accepted drafts, and what people decided and wrote.

A draft is an answer to its key's prompt. A revision, or a person's own text, also answers the
prompt that shows the text before it and its fault. A text made from a longer one is an example of a
summary. A text that a person failed is kept as an example of what must not be written; those that
only a judge failed are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate
from edgefill.judging.verdict import PERSON, Verdict
from edgefill.training_sets.example import Example, SourceName, summarize_verdict
from edgefill.training_sets.sources.example_maker import ExampleMaker, TemplateText
from edgefill.training_sets.sources.proposal import Proposal, ProposedExample, Rejection

MAX_COMPLAINTS = 3


def list_journal_examples(
    attempts: Mapping[Key, Attempts], maker: ExampleMaker
) -> Iterator[Proposal]:
    """The examples of every key; CatalogueRefused if nobody declared a source or writer."""
    texts = {each.digest: each for one in attempts.values() for each in one.candidates}
    for key, one in attempts.items():
        for number, candidate in enumerate(one.candidates):
            verdict = candidate.judgement
            if verdict is not None and _is_lesson(verdict):
                place = f"{key}, text {number}"
                yield from _propose(candidate, verdict, texts, maker, place)


def _is_lesson(verdict: Verdict) -> bool:
    return verdict.outcome == "pass" or (verdict.outcome == "fail" and verdict.judge == PERSON)


def _propose(
    candidate: Candidate,
    verdict: Verdict,
    texts: Mapping[str, Candidate],
    maker: ExampleMaker,
    place: str,
) -> Iterator[Proposal]:
    source: SourceName = "review" if verdict.judge == PERSON else "journal"
    refusals = maker.find_refusals(candidate.key, candidate.text)
    if refusals:
        yield Rejection(source=source, place=place, rule=refusals[0].rule)
        return
    text = TemplateText(
        key=candidate.key,
        text=candidate.text,
        source=source,
        writer=PERSON if candidate.provenance.origin == "person" else candidate.provenance.model,
        verdict=summarize_verdict(verdict),
    )
    parent = texts.get(candidate.provenance.parent)
    examples = list(_make_examples(text, parent, maker))
    if not examples:
        yield Rejection(source=source, place=place, rule="no-source-text")
    for example in examples:
        yield ProposedExample(place=place, example=example)


def _make_examples(
    text: TemplateText, parent: Candidate | None, maker: ExampleMaker
) -> Iterator[Example]:
    derived_from = maker.catalogue.entry(text.key.experience).derived_from
    if derived_from:
        if parent is not None and parent.key.experience == derived_from:
            yield maker.make_summary(text, longer=parent.text)
        return
    yield maker.make_writing(text)
    if parent is not None and text.verdict.outcome == "pass":
        complaint = _find_complaint(parent, maker)
        if complaint:
            yield maker.make_revision(text, refused=parent.text, complaint=complaint)


def _find_complaint(candidate: Candidate, maker: ExampleMaker) -> str:
    """What was wrong with a text: the checks' refusals, or the reasons of those who failed it."""
    refusals = maker.find_refusals(candidate.key, candidate.text)[:MAX_COMPLAINTS]
    return "\n".join(f"{each.reason}; {each.remedy}" for each in refusals) or (
        candidate.write_reasons()
    )
