"""`edgefill judge report`: compare a judge, or a reader, with readers' labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track

from edgefill.cli.judging.role import open_judge
from edgefill.cli.options import (
    DEFAULT_STATE,
    TEMPLATES,
    GpuOption,
    JsonOption,
    StateOption,
    TemplatesOption,
)
from edgefill.cli.printing import print_json, print_text
from edgefill.core.errors import InputRefused
from edgefill.judge_training.labels import VERDICT, LabelledText, read_labels
from edgefill.judge_training.report import JudgedLabel, make_judge_report
from edgefill.judging import Outcome, Verdict

# texts that the readable report prints; --json lists all
LISTED = 20


def report_judge(
    *,
    labels: Annotated[
        Path, typer.Option(help="JSON Lines: key, text, labels (one per reader), reasons.")
    ],
    judge: Annotated[Path, typer.Option(help="The file of the small judge.")] = TEMPLATES
    / "judging"
    / "judge.json",
    column: Annotated[
        str, typer.Option(help="Score this member of the lines instead: another judge's chance.")
    ] = "",
    threshold: Annotated[
        float, typer.Option(min=0, max=1, help="The chance at which a --column passes.")
    ] = 0.5,
    reader: Annotated[
        int | None, typer.Option(min=1, help="Score this reader against the others instead.")
    ] = None,
    role: Annotated[
        str, typer.Option(help="Score this role of roles.yaml instead: judge or critic.")
    ] = "",
    split: Annotated[str, typer.Option(help="Only lines of this split, such as test.")] = "",
    templates: TemplatesOption = TEMPLATES,
    gpu_url: GpuOption = None,
    state: StateOption = DEFAULT_STATE,
    as_json: JsonOption = False,
) -> None:
    """Print AUC, precision and recall at the threshold, calibration, kappa and disagreements."""
    if sum(map(bool, (column, reader, role))) > 1:
        raise InputRefused("--column, --reader and --role exclude each other; give one")
    rows = [
        row
        for row in read_labels(labels, column)
        if split in ("", row.split) and row.source != VERDICT
    ]
    if not rows:
        raise InputRefused(f"{labels}: no line has the split {split!r}")
    if column:
        judged = [JudgedLabel(label=row, verdict=_read_column(row, threshold)) for row in rows]
    elif reader:
        judged = [_score_reader(row, reader) for row in rows]
    else:
        with open_judge(role, judge, templates, gpu_url=gpu_url, state=state) as decide:
            progress = track(rows, "judging", console=Console(stderr=True), disable=as_json)
            judged = [JudgedLabel(label=row, verdict=decide(row)) for row in progress]
    report = make_judge_report(judged)
    if as_json:
        print_json(report)
    else:
        print_text(format_report(report))


def _read_column(row: LabelledText, threshold: float) -> Verdict:
    outcome: Outcome = "unscored"
    if row.column is not None:
        outcome = "pass" if row.column >= threshold else "fail"
    return Verdict(outcome=outcome, probability=row.column, reason="", judge="column", version="")


def _score_reader(row: LabelledText, reader: int) -> JudgedLabel:
    """One reader's label as a verdict, the labels of the others as the truth."""
    if reader > len(row.labels) or len(row.labels) < 2:
        raise InputRefused(f"--reader {reader}: the lines have {len(row.labels)} labels; 2 needed")
    label = row.labels[reader - 1]
    others = tuple(each for i, each in enumerate(row.labels, start=1) if i != reader)
    verdict = Verdict(
        outcome="pass" if label else "fail",
        probability=float(label),
        reason=", ".join(row.reasons[reader - 1]) if len(row.reasons) >= reader else "",
        judge=f"reader {reader}",
        version="",
    )
    return JudgedLabel(label=replace(row, labels=others), verdict=verdict)


def format_report(report: Mapping[str, Any]) -> str:
    """The report for a terminal."""
    readers = report["readers"]
    kappa = ", ".join(f"{pair}: {value:.2f}" for pair, value in readers["kappa"].items())
    lines = [
        f"{readers['texts']} texts; readers agree on {readers['agreed']} (kappa {kappa or 'none'})"
    ]
    for name, figures in [*report["locales"].items(), ("all", report["all"])]:
        lines += _format_figures(name, figures)
    lines += [
        f"fault {name:<8} AUC {_show(each['auc'])} ({each['bad']} texts)"
        for name, each in report["faults"].items()
    ]
    lines += _format_rows("The judge and the readers disagree", report["disagreements"])
    lines += _format_rows("The readers differ", report["readers_differ"])
    return "\n".join(lines)


def _format_figures(name: str, figures: Mapping[str, Any]) -> list[str]:
    confusion = figures["confusion"]
    return [
        f"{name}: {figures['texts']} agreed texts, {figures['good']} good, "
        f"{figures['unscored']} unscored",
        f"  AUC {_show_interval(figures['auc'])}, length-matched "
        f"{_show(figures['length_matched_auc'])}, length only {_show(figures['length_only_auc'])}",
        f"  precision {_show_interval(figures['precision'])}, "
        f"recall {_show_interval(figures['recall'])}",
        f"  good: {confusion['good_passed']} passed, {confusion['good_refused']} refused; "
        f"bad: {confusion['bad_passed']} passed, {confusion['bad_refused']} refused "
        f"(at most {figures['bad_of_passed_bound']:.1%} of what passes is bad, 95% confidence)",
        f"  calibration error {_show(figures['ece'])}: "
        + ", ".join(
            f"{each['probability']:.2f}->{each['good']:.2f} ({each['count']:.0f})"
            for each in figures["bins"]
        ),
    ]


def _format_rows(title: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    more = f", the first {LISTED}; --json lists all" if len(rows) > LISTED else ""
    lines = [f"{title}: {len(rows)}{more}"] if rows else []
    for row in rows[:LISTED]:
        labels = "/".join("good" if label else "bad" for label in row["labels"])
        chance = "" if row["probability"] is None else f" {row['probability']:.2f}"
        lines.append(f"  {row['key']}: {labels}, judge: {row['outcome']}{chance}")
        lines += [f"    {row['judge_says']}"] if row["judge_says"] else []
    return lines


def _show(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _show_interval(estimate: Mapping[str, float | None]) -> str:
    low, high = _show(estimate["low"]), _show(estimate["high"])
    return f"{_show(estimate['value'])} [{low}, {high}]"
