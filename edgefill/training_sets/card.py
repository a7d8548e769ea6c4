"""The card of a training set: what it holds, from where, on what terms, and its digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from edgefill.core.errors import InputRefused
from edgefill.journal.json_members import INTEGER, LIST, OBJECT, TEXT, Kind, read_members
from edgefill.training_sets.build import BuildOptions, ExampleSet
from edgefill.training_sets.statistics import count_examples, count_rejections, describe_ratio
from edgefill.training_sets.terms import SourceTerms

VERSION = 1
_MEMBERS: Mapping[str, Kind] = {
    "v": INTEGER,
    "digest": TEXT,
    "catalogue": TEXT,
    "prompts": TEXT,
    "options": OBJECT,
    "licences": LIST,
    "sources": OBJECT,
    "figures": OBJECT,
    "left_out": OBJECT,
}


def make_card(
    examples: ExampleSet,
    options: BuildOptions,
    terms: SourceTerms,
    *,
    digest: str,
    catalogue: str,
    prompts: str,
) -> dict[str, Any]:
    """The card as a JSON object; `catalogue` and `prompts` are their versions."""
    used = {each.source for each in (*examples.train, *examples.test)}
    return {
        "v": VERSION,
        "digest": digest,
        "catalogue": catalogue,
        "prompts": prompts,
        "options": asdict(options),
        "licences": sorted({each.licence for each in (*examples.train, *examples.test)}),
        "sources": {
            name: section.model_dump() for name, section in terms.sources.items() if name in used
        },
        "figures": count_examples(examples.train, examples.test),
        "left_out": count_rejections(examples.rejections),
    }


def parse_card(data: Any, place: str) -> dict[str, Any]:
    """Check that `data` is a card; InputRefused names its `place` in any other case."""
    try:
        card = read_members(data, _MEMBERS)
        if card["v"] != VERSION:
            raise ValueError(f"version {card['v']}; this code reads only {VERSION}")
        BuildOptions(**read_members(card["options"], dict.fromkeys(_OPTIONS, (int, float))))
    except (ValueError, TypeError) as error:
        raise InputRefused(f"{place}: not a card ({error}); build the set again") from error
    return card


_OPTIONS = tuple(asdict(BuildOptions()))


def format_card(card: Mapping[str, Any]) -> str:
    """The card for people, in Markdown."""
    figures = card["figures"]
    lines = [
        "# Training set",
        f"Digest `{card['digest']}`, catalogue `{card['catalogue']}`, prompts `{card['prompts']}`. "
        "`edgefill dataset check` verifies it.",
        "",
        *format_figures(figures, "- "),
        "",
        "| source | examples | licence of what people wrote | privacy | weight |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, terms in card["sources"].items():
        count = figures["by"]["source"][name]
        lines.append(
            f"| {name} | {count} | {terms['licence']} | {terms['privacy']} | {terms['weight']:g} |"
        )
    lines += ["", f"Licences of the examples: {', '.join(card['licences'])}."]
    if card["left_out"]:
        lines += ["", "Left out:", *format_left_out(card["left_out"], "- ")]
    return "\n".join(lines) + "\n"


def format_figures(figures: Mapping[str, Any], mark: str = "") -> list[str]:
    """The figures as lines, each after `mark`."""
    train, test = figures["combinations"]["train"], figures["combinations"]["test"]
    lengths = figures["median_characters"]
    return [
        f"{mark}{figures['train']} examples to train with, of {train} combinations; "
        f"{figures['test']} to test with, of {test} others",
        f"{mark}real : synthetic {describe_ratio(dict(figures))}; "
        f"{figures['decided_by_people']} decided by people",
        *(
            f"{mark}{name}: " + ", ".join(f"{each} {count}" for each, count in counts.items())
            for name, counts in figures["by"].items()
        ),
        f"{mark}median characters: prompt {lengths['prompt']}, answer {lengths['answer']}; "
        f"{figures['with_log_probabilities']} with log-probabilities",
    ]


def format_left_out(left_out: Mapping[str, Mapping[str, int]], mark: str = "") -> list[str]:
    """What was left out of each source, as lines."""
    return [
        f"{mark}{source}: " + ", ".join(f"{rule} {count}" for rule, count in rules.items())
        for source, rules in left_out.items()
    ]
