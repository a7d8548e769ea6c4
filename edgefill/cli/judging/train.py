"""`edgefill judge train`: train the small judge from labelled and accepted texts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.progress import Progress

from edgefill.catalogue.loader import load_catalogue
from edgefill.cli.options import TEMPLATES, JsonOption, TemplatesOption
from edgefill.core.errors import InputRefused
from edgefill.core.experience import Experience
from edgefill.judge_training.faults import FAULTS
from edgefill.judge_training.judge_file import describe_teaching, serialize_judge, to_json_text
from edgefill.judge_training.labels import (
    AcceptedText,
    LabelledText,
    read_accepted,
    read_labels,
)
from edgefill.judge_training.statistics import measure_auc
from edgefill.judge_training.train import STEPS, train_judge

MAX_BYTES = 400_000


def train_small_judge(
    *,
    labels: Annotated[
        Path, typer.Option(help="JSON Lines: key, text, labels (one per reader), reasons.")
    ] = TEMPLATES / "judging" / "labels.jsonl",
    accepted: Annotated[
        Path | None, typer.Option(help="JSON Lines of texts that the shop publishes: key, text.")
    ] = None,
    untaught: Annotated[
        bool,
        typer.Option("--untaught", help="Measure each kind of fault without teaching it."),
    ] = False,
    out: Annotated[Path, typer.Option(help="The judge's file.")] = Path("judge.json"),
    templates: TemplatesOption = TEMPLATES,
    as_json: JsonOption = False,
) -> None:
    """Train the judge; lines with `"split": "test"` are never taught.

    Accepted texts include the labelled ones that every reader would publish. The figures are
    cross-validated by (experience, case).
    """
    if not out.parent.is_dir():
        raise InputRefused(f"--out {out}: {out.parent} is not a folder; create it first")
    experiences = {
        name: entry.experience
        for name, entry in load_catalogue(templates / "catalogue").entries.items()
    }
    labelled = read_labels(labels)
    house = read_accepted(accepted) if accepted else []
    with Progress(console=Console(stderr=True), disable=as_json) as bar:
        runs = 1 + untaught * len(FAULTS)
        task = bar.add_task("training", total=STEPS * runs)

        def advance() -> None:
            bar.advance(task)

        trained = train_judge(labelled, house, experiences, on_step=advance)
        figures = _measure_untaught(labelled, house, experiences, advance) if untaught else {}
    data = serialize_judge(trained, describe_teaching(labelled, house))
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
        "untaught": figures,
    }
    typer.echo(json.dumps(summary) if as_json else _format_summary(summary))


def _measure_untaught(
    labels: Sequence[LabelledText],
    accepted: Sequence[AcceptedText],
    experiences: Mapping[str, Experience],
    advance: Callable[[], None],
) -> dict[str, float]:
    """Per kind of fault, the held-out AUC of a judge that was not taught it."""
    figures = {}
    for kind in FAULTS:
        trained = train_judge(labels, accepted, experiences, untaught=kind, on_step=advance)
        rows = [
            (score, each.is_good)
            for score, each in zip(trained.log_odds.tolist(), trained.labelled, strict=True)
            if each.is_good or each.fault == kind
        ]
        scores, is_good = (np.array(column) for column in zip(*rows, strict=True))
        figures[kind] = round(measure_auc(scores, is_good.astype(bool)), 4)
    return figures


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
