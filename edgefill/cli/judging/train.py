"""`edgefill judge train`: train the small judge from labelled and accepted texts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from edgefill.cli.judging.inputs import (
    LABELS,
    AcceptedOption,
    LabelsOption,
    WriterOption,
    read_corpus,
    read_experiences,
)
from edgefill.cli.options import TEMPLATES, JsonOption, TemplatesOption
from edgefill.core.errors import InputRefused
from edgefill.judge_training.evaluation import measure_untaught
from edgefill.judge_training.faults import FAULTS
from edgefill.judge_training.judge_file import describe_teaching, serialize_judge, to_json_text
from edgefill.judge_training.labels import hold_out
from edgefill.judge_training.train import STEPS, train_judge

MAX_BYTES = 400_000


def train_small_judge(
    *,
    labels: LabelsOption = LABELS,
    accepted: AcceptedOption = None,
    writer: WriterOption = "",
    without: Annotated[
        str,
        typer.Option(
            "--hold-out",
            help="Leave out the combinations of this split, such as test, to evaluate on them.",
        ),
    ] = "",
    untaught: Annotated[
        bool,
        typer.Option("--untaught", help="Measure each kind of fault without teaching it."),
    ] = False,
    out: Annotated[Path, typer.Option(help="The judge's file.")] = Path("judge.json"),
    templates: TemplatesOption = TEMPLATES,
    as_json: JsonOption = False,
) -> None:
    """Train the judge with every label; see `edgefill judge evaluate` for its quality.

    Accepted texts include the labelled ones that every reader would publish. The figures are
    cross-validated by (experience, case).
    """
    if not out.parent.is_dir():
        raise InputRefused(f"--out {out}: {out.parent} is not a folder; create it first")
    experiences = read_experiences(templates)
    corpus = read_corpus(labels, accepted, writer)
    if without:
        corpus = hold_out(corpus, without)
    with Progress(console=Console(stderr=True), disable=as_json) as bar:
        runs = 1 + untaught * len(FAULTS)
        task = bar.add_task("training", total=STEPS * runs)

        def advance() -> None:
            bar.advance(task)

        trained = train_judge(corpus, experiences, writer=writer, on_step=advance)
        figures = (
            measure_untaught(corpus, experiences, writer=writer, on_step=advance)
            if untaught
            else {}
        )
    data = serialize_judge(trained, describe_teaching(corpus))
    text = to_json_text(data)
    if len(text) > MAX_BYTES:
        raise InputRefused(f"the judge has {len(text)} bytes; at most {MAX_BYTES} are written")
    out.write_text(text, encoding="utf-8")
    summary = {
        "file": str(out),
        "bytes": len(text),
        "version": data["version"],
        "taught": data["taught"],
        "locales": {
            name: {"threshold": each["threshold"], **each["figures"]}
            for name, each in data["locales"].items()
        },
        "untaught": {kind: aucs["all"] for kind, aucs in figures.items()},
    }
    typer.echo(json.dumps(summary) if as_json else _format_summary(summary))


def _format_summary(summary: Mapping[str, Any]) -> str:
    lines = [f"{summary['file']}: {summary['bytes']} bytes, version {summary['version']}"]
    for locale, each in summary["locales"].items():
        lines.append(
            f"{locale}: AUC {each['auc']:.3f} on {each['labelled']} labelled texts; above "
            f"{each['threshold']:.3f} {each['good_passed']:.0%} of the good texts pass, "
            f"{each['bad_of_passed']} of {each['passed']} that pass are bad "
            f"(at most {each['bad_bound']:.1%} with 95% confidence)"
        )
    lines += [f"untaught {kind}: AUC {auc:.3f}" for kind, auc in summary["untaught"].items()]
    return "\n".join(lines)
