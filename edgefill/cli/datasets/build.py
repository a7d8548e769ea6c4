"""`edgefill dataset build`: collect the examples of a training set from what the shop has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from edgefill.catalogue.loader import load_catalogue
from edgefill.cli.connections import find_store
from edgefill.cli.options import (
    DEFAULT_STATE,
    TEMPLATES,
    BucketOption,
    EndpointOption,
    JsonOption,
    RegionOption,
    StateOption,
    TemplatesOption,
)
from edgefill.cli.printing import print_json, print_text
from edgefill.core.errors import InputRefused
from edgefill.judging import Judge, SmallJudge
from edgefill.judging.model import load_model
from edgefill.roles.build import load_role_prompts
from edgefill.roles.loader import load_roles
from edgefill.store.objects import ObjectStore
from edgefill.training_sets.build import BuildOptions, build_example_set
from edgefill.training_sets.card import format_figures, format_left_out, make_card
from edgefill.training_sets.folder import require_new_folder, write_set
from edgefill.training_sets.near_duplicates import MIN_SIMILARITY
from edgefill.training_sets.sources.example_maker import ExampleMaker
from edgefill.training_sets.sources.files import (
    list_fallback_examples,
    list_finished_examples,
    list_gold_examples,
    list_sample_examples,
)
from edgefill.training_sets.sources.journal import list_journal_examples
from edgefill.training_sets.sources.overlay import list_overlay_examples
from edgefill.training_sets.sources.proposal import Proposal
from edgefill.training_sets.terms import load_terms
from lambdas.batch.journal import read_attempts


def build_training_set(
    *,
    out: Annotated[Path, typer.Option(help="The new folder of the set.")],
    journal: Annotated[
        Path | None,
        typer.Option("--drafts", help="A file of finished drafts, such as .edgefill/drafts.jsonl."),
    ] = None,
    overlay: Annotated[
        bool, typer.Option("--overlay", help="Take the texts that misses wrote back, too.")
    ] = False,
    fallbacks: Annotated[
        bool, typer.Option(help="Take the catalogue's hand-written fallbacks as gold texts.")
    ] = True,
    gold: Annotated[
        list[Path] | None,
        typer.Option(help="JSON Lines of hand-written texts: key, text. Repeatable."),
    ] = None,
    samples: Annotated[
        list[Path] | None,
        typer.Option(help="JSON Lines of a teacher: key, text, writer[, log_probabilities]."),
    ] = None,
    examples: Annotated[
        list[Path] | None, typer.Option(help="JSON Lines of finished examples. Repeatable.")
    ] = None,
    judge: Annotated[
        Path | None, typer.Option(help="The small judge that reads --samples.")
    ] = None,
    test_share: Annotated[
        float, typer.Option(min=0.01, max=0.9, help="The share of combinations to hold out.")
    ] = 0.1,
    similarity: Annotated[
        float,
        typer.Option(
            min=MIN_SIMILARITY, max=1, help="The common share from which texts are equal."
        ),
    ] = 0.8,
    seed: Annotated[int, typer.Option(help="Another seed holds out other combinations.")] = 0,
    templates: TemplatesOption = TEMPLATES,
    bucket: BucketOption = None,
    endpoint_url: EndpointOption = None,
    region: RegionOption = None,
    state: StateOption = DEFAULT_STATE,
    as_json: JsonOption = False,
) -> None:
    """Write a training set with its card; nothing is written if one example has personal data.

    Licences, privacy and weights come from training.yaml.
    """
    require_new_folder(out)
    catalogue = load_catalogue(templates / "catalogue")
    prompts = load_role_prompts(templates, load_roles(templates, environment=None))
    terms = load_terms(templates)
    sources = _Sources(
        maker=ExampleMaker(catalogue=catalogue, prompts=prompts, terms=terms),
        journal=journal,
        objects=find_store(bucket=bucket, endpoint_url=endpoint_url, region=region, state=state)
        if overlay
        else None,
        fallbacks=fallbacks,
        gold=gold or [],
        samples=samples or [],
        examples=examples or [],
        judge=judge or templates / "judging" / "judge.json",
    )
    options = BuildOptions(test_share=test_share, similarity=similarity, seed=seed)
    with _make_progress(is_silent=as_json) as bar:
        reading = bar.add_task("texts read", total=None)
        comparing = bar.add_task("examples compared", total=None)
        proposals = []
        for proposal in sources.list_proposals():
            proposals.append(proposal)
            bar.advance(reading)
        built = build_example_set(
            proposals, terms.licences, options, on_text=lambda: bar.advance(comparing)
        )
    card = write_set(
        out,
        built.train,
        built.test,
        lambda digest: make_card(
            built,
            options,
            terms,
            digest=digest,
            catalogue=catalogue.version,
            prompts=prompts.version,
        ),
    )
    if as_json:
        print_json({"folder": str(out), **card})
        return
    lines = [f"{out}: digest {card['digest']}", *format_figures(card["figures"])]
    print_text("\n".join([*lines, *format_left_out(card["left_out"], "left out of ")]))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sources:
    """The sources that the command line names."""

    maker: ExampleMaker
    journal: Path | None
    objects: ObjectStore | None
    fallbacks: bool
    gold: list[Path]
    samples: list[Path]
    examples: list[Path]
    judge: Path

    def list_proposals(self) -> Iterator[Proposal]:
        """What every source proposes, in a fixed order."""
        if self.fallbacks:
            yield from list_fallback_examples(self.maker)
        for path in self.gold:
            yield from list_gold_examples(path, self.maker)
        if self.journal is not None:
            attempts = read_attempts(self.journal, self.maker.catalogue.version)
            if not attempts:
                raise InputRefused(
                    f"{self.journal}: has no drafts for this catalogue; `edgefill generate` writes "
                    "them, or leave out --drafts"
                )
            yield from list_journal_examples(attempts, self.maker)
        if self.objects is not None:
            yield from list_overlay_examples(self.objects, self.maker)
        if self.samples:
            judge: Judge = SmallJudge(model=load_model(self.judge))
            for path in self.samples:
                yield from list_sample_examples(path, judge, self.maker)
        for path in self.examples:
            yield from list_finished_examples(path)


def _make_progress(*, is_silent: bool) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.completed:.0f} {task.description}"),
        console=Console(stderr=True),
        disable=is_silent,
    )
