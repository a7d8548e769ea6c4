"""What `edgefill misses` prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from edgefill.router_training.misses.miss_analysis import MissAnalysis
from edgefill.router_training.misses.misses import MissedQuestion
from edgefill.router_training.misses.proposals import Proposal

SHOWN = 3  # questions of a cluster, in a table
NOT_KEPT = (
    "The words of these were not kept, so they cannot be compared. Their masked words are kept for "
    "14 days where EDGEFILL_API_KEEP_QUESTIONS=1 asks the API for it."
)


def findings_to_json(findings: MissAnalysis) -> dict[str, Any]:
    """Findings as a script reads them, whole."""
    return {
        "clusters": [_cluster_to_json(each) for each in findings.proposals],
        "untold": [asdict(miss) for miss in findings.untold],
        "declared": [asdict(miss) for miss in findings.declared],
        "left_out": findings.left_out,
    }


def _cluster_to_json(proposal: Proposal) -> dict[str, Any]:
    cluster = proposal.cluster
    return {
        "locale": cluster.locale,
        "asked": cluster.asked,
        "words": list(cluster.words),
        "questions": [asdict(miss) for miss in cluster.misses],
        "propose": "experience" if proposal.is_new else "utterance",
        "experience": proposal.experience,
        "candidates": [asdict(each) for each in proposal.candidates],
    }


def show(findings: MissAnalysis, console: Console, most: int) -> None:
    """Findings for a person: the `most` demanded clusters, then what has no words."""
    shown = findings.proposals[:most]
    if shown:
        console.print(_clusters(shown))
    _say_left_out(len(findings.proposals) - len(shown), "clusters", console)
    if findings.left_out:
        console.print(f"{findings.left_out} questions, the least asked, were too many to compare")
    if any(proposal.is_new for proposal in shown):
        console.print(
            "\nA new experience ID is experiences/ID.yaml, fallbacks/ID/LOCALE.(html|json|txt) and "
            "questions/ID/LOCALE.txt in the catalogue, with twenty questions or more."
        )
    if findings.untold:
        console.print(f"\n{NOT_KEPT}")
        console.print(_untold(findings.untold[:most]))
        _say_left_out(len(findings.untold) - most, "questions", console)
    if findings.declared:
        count = len(findings.declared)
        console.print(f"\n{count} more in the catalogue already; `edgefill publish` releases them")


def _say_left_out(count: int, what: str, console: Console) -> None:
    if count > 0:
        console.print(f"and {count} more {what}; see them with --most or --json")


def _clusters(proposals: Sequence[Proposal]) -> Table:
    """A row for each cluster with what is proposed, and below it its questions."""
    table = _columns("question, below what is proposed for it")
    for proposal in proposals:
        cluster, misses = proposal.cluster, proposal.cluster.misses
        table.add_row(str(cluster.asked), cluster.locale, "", _proposed(proposal), style="bold")
        for miss in misses[:SHOWN]:
            table.add_row(str(miss.asked), "", miss.digest, escape(miss.text))
        if len(misses) > SHOWN:
            table.add_row("", "", "", f"and {len(misses) - SHOWN} more; see them with --json")
    return table


def _proposed(proposal: Proposal) -> str:
    near = ", ".join(f"{each.experience} {each.score:.2f}" for each in proposal.candidates)
    if not proposal.is_new:
        return f"utterances of {near}"
    return f"new experience {proposal.experience}" + (f" (nearest: {near})" if near else "")


def _untold(misses: Sequence[MissedQuestion]) -> Table:
    table = _columns("question")
    for miss in misses:
        table.add_row(str(miss.asked), miss.locale, miss.digest, "not kept")
    return table


def _columns(last: str) -> Table:
    table = Table(box=None)
    table.add_column("asked", justify="right")
    table.add_column("locale")
    table.add_column("digest", no_wrap=True)
    table.add_column(last)
    return table
