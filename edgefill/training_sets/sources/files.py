"""Examples from files: texts written by hand, a teacher's samples, and finished examples.

Gold texts are lines `{"key", "text"}`; samples `{"key", "text", "writer"}`, perhaps with the cached
`log_probabilities` (top_log_probabilities.py); finished examples are in the form of example.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edgefill.core.cases import ANY
from edgefill.core.errors import InputRefused
from edgefill.core.keys import Key, parse_key
from edgefill.journal.json_lines import read_json_lines
from edgefill.journal.json_members import NULL, OBJECT, TEXT, Kind, read_members
from edgefill.judging.verdict import PERSON, Judge
from edgefill.training_sets.example import ExampleVerdict, example_from_json, summarize_verdict
from edgefill.training_sets.sources.example_maker import ExampleMaker, TemplateText
from edgefill.training_sets.sources.proposal import Proposal, ProposedExample, Rejection
from edgefill.training_sets.top_log_probabilities import TopLogProbabilities, top_from_json

_GOLD: Mapping[str, Kind] = {"key": TEXT, "text": TEXT}
_SAMPLE: Mapping[str, Kind] = {**_GOLD, "writer": TEXT, "log_probabilities": OBJECT + NULL}
_BY_PERSON = ExampleVerdict(outcome="pass", judge=PERSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class _FileText:
    key: Key
    text: str
    writer: str = PERSON
    log_probabilities: TopLogProbabilities | None = None


def list_fallback_examples(maker: ExampleMaker) -> Iterator[Proposal]:
    """The catalogue's fallbacks, which people wrote for every visitor of an experience."""
    for entry in maker.catalogue.list_drafted_entries():
        case = ".".join(ANY for _ in entry.experience.cases.dimensions) or ANY
        for locale, text in entry.fallbacks.items():
            key = Key(experience=entry.experience.id, locale=locale, case=case)
            refusals = maker.find_refusals(key, text)
            if refusals:
                yield Rejection(source="gold", place=f"fallback {key}", rule=refusals[0].rule)
            else:
                yield ProposedExample(
                    place=f"fallback {key}",
                    example=maker.make_writing(_to_gold(_FileText(key=key, text=text))),
                )


def list_gold_examples(path: Path, maker: ExampleMaker) -> Iterator[Proposal]:
    """The texts of a file; InputRefused names the line of one that the compiler refuses."""
    for place, row in _read_texts(path, maker, lambda data: read_members(data, _GOLD)):
        refusals = maker.find_refusals(row.key, row.text)
        if refusals:
            raise InputRefused(f"{place}: {refusals[0]}")
        yield ProposedExample(place=place, example=maker.make_writing(_to_gold(row)))


def list_sample_examples(path: Path, judge: Judge, maker: ExampleMaker) -> Iterator[Proposal]:
    """A teacher's samples that compile and that `judge` passes; InputRefused, JudgeUnavailable."""
    for place, row in _read_texts(path, maker, _read_sample):
        refusals = maker.find_refusals(row.key, row.text)
        if refusals:
            yield Rejection(source="samples", place=place, rule=refusals[0].rule)
            continue
        experience = maker.catalogue.entry(row.key.experience).experience
        verdict = judge.judge(row.text, key=row.key, experience=experience)
        if verdict.outcome != "pass":
            rule = "judge" if verdict.outcome == "fail" else "unscored"
            yield Rejection(source="samples", place=place, rule=rule)
            continue
        text = TemplateText(
            key=row.key,
            text=row.text,
            source="samples",
            writer=row.writer,
            verdict=summarize_verdict(verdict),
            log_probabilities=row.log_probabilities,
        )
        yield ProposedExample(place=place, example=maker.make_writing(text))


def list_finished_examples(path: Path) -> Iterator[Proposal]:
    """The examples of a file in the form of example.py; InputRefused names a bad line."""
    for number, example in read_json_lines(path, example_from_json):
        yield ProposedExample(place=f"{path}:{number}", example=example)


def _read_texts(
    path: Path, maker: ExampleMaker, read: Callable[[dict[str, Any]], dict[str, Any]]
) -> Iterator[tuple[str, _FileText]]:
    """Each line's place and text, whose key is one that the catalogue drafts."""

    def parse(data: dict[str, Any]) -> _FileText:
        members = read(data)
        key = parse_key(members["key"])
        entry = maker.catalogue.entries.get(key.experience)
        if entry is None or not maker.catalogue.has(key):
            raise ValueError(f"{key} is not a key of the catalogue; `edgefill keys` lists them")
        if entry.experience.open or entry.derived_from:
            raise ValueError(f"{key} has no prompt of its own; give a finished example instead")
        return _FileText(**members | {"key": key})

    return ((f"{path}:{number}", row) for number, row in read_json_lines(path, parse))


def _read_sample(data: dict[str, Any]) -> dict[str, Any]:
    members = read_members(data, _SAMPLE, optional=("log_probabilities",))
    if members["writer"] in ("", PERSON):
        raise ValueError("'writer' must name the model that wrote the sample")
    top = members.get("log_probabilities")
    return members | {"log_probabilities": None if top is None else top_from_json(top)}


def _to_gold(row: _FileText) -> TemplateText:
    return TemplateText(
        key=row.key, text=row.text, source="gold", writer=PERSON, verdict=_BY_PERSON
    )
