"""The output of `edgefill misses`: tables, or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from edgefill.router_training.misses.miss_analysis import MissAnalysis
from edgefill.router_training.misses.missed_questions import MissedQuestion
from edgefill.router_training.misses.proposals import ExperienceProposal

MAX_QUESTIONS_SHOWN = 3  # per cluster, in a table
TEXT_NOT_STORED = (
    "The texts of these questions are not stored, so they cannot be compared. With "
    "EDGEFILL_API_KEEP_QUESTIONS=1 the API stores masked texts for 14 days."
)


def serialize_analysis(analysis: MissAnalysis) -> dict[str, Any]:
    """The whole analysis as a JSON object, for scripts."""
    return {
        "clusters": [_serialize_proposal(each) for each in analysis.proposals],
        "untold": [_serialize_miss(miss) for miss in analysis.without_text],
        "declared": [_serialize_miss(miss) for miss in analysis.already_declared],
        "left_out": analysis.left_out,
    }


def _serialize_proposal(proposal: ExperienceProposal) -> dict[str, Any]:
    cluster = proposal.cluster
    return {
        "locale": cluster.locale,
        "asked": cluster.count,
        "words": list(cluster.words),
        "questions": [_serialize_miss(miss) for miss in cluster.misses],
        "propose": "experience" if proposal.is_new else "utterance",
        "experience": proposal.experience,
        "candidates": [asdict(each) for each in proposal.candidates],
    }


def _serialize_miss(miss: MissedQuestion) -> dict[str, Any]:
    return {"locale": miss.locale, "digest": miss.digest, "text": miss.text, "asked": miss.count}


def print_analysis(analysis: MissAnalysis, console: Console, most: int) -> None:
    """Print the `most` frequent clusters, then the questions without a stored text."""
    proposals = analysis.proposals[:most]
    if proposals:
        console.print(_make_cluster_table(proposals))
    _print_left_out(len(analysis.proposals) - len(proposals), "clusters", console)
    if analysis.left_out:
        console.print(f"{analysis.left_out} questions, the least frequent, were not compared")
    if any(proposal.is_new for proposal in proposals):
        console.print(
            "\nA new experience ID is experiences/ID.yaml, fallbacks/ID/LOCALE.(html|json|txt) and "
            "questions/ID/LOCALE.txt in the catalogue, with at least twenty questions."
        )
    if analysis.without_text:
        console.print(f"\n{TEXT_NOT_STORED}")
        console.print(_make_textless_table(analysis.without_text[:most]))
        _print_left_out(len(analysis.without_text) - most, "questions", console)
    if analysis.already_declared:
        count = len(analysis.already_declared)
        console.print(f"\n{count} more in the catalogue already; `edgefill publish` releases them")


def _print_left_out(count: int, what: str, console: Console) -> None:
    if count > 0:
        console.print(f"and {count} more {what}; see them with --most or --json")


def _make_cluster_table(proposals: Sequence[ExperienceProposal]) -> Table:
    """One row per cluster with its proposal, followed by rows of its questions."""
    table = _make_table("proposal, and its questions")
    for proposal in proposals:
        cluster, misses = proposal.cluster, proposal.cluster.misses
        table.add_row(
            str(cluster.count), cluster.locale, "", _describe_proposal(proposal), style="bold"
        )
        for miss in misses[:MAX_QUESTIONS_SHOWN]:
            table.add_row(str(miss.count), "", miss.digest, escape(miss.text))
        if len(misses) > MAX_QUESTIONS_SHOWN:
            table.add_row(
                "", "", "", f"and {len(misses) - MAX_QUESTIONS_SHOWN} more; see them with --json"
            )
    return table


def _describe_proposal(proposal: ExperienceProposal) -> str:
    near = ", ".join(f"{each.experience} {each.score:.2f}" for each in proposal.candidates)
    if not proposal.is_new:
        return f"utterances of {near}"
    return f"new experience {proposal.experience}" + (f" (nearest: {near})" if near else "")


def _make_textless_table(misses: Sequence[MissedQuestion]) -> Table:
    table = _make_table("question")
    for miss in misses:
        table.add_row(str(miss.count), miss.locale, miss.digest, "not stored")
    return table


def _make_table(last_column: str) -> Table:
    table = Table(box=None)
    table.add_column("asked", justify="right")
    table.add_column("locale")
    table.add_column("digest", no_wrap=True)
    table.add_column(last_column)
    return table
