"""How many questions that say the opposite of a text are served by it.

    python -m benchmarks.opposites [--templates DIR] [--file FILE] [--check]

Each question is routed by a router that was not taught the contrast utterances of its experience.
FILE has one JSON object per line: the experience, the locale, and the question; the default file
was written after questions/states.yaml. `--check` exits 1 when more than 3% are served, or when a
router does not serve a declared utterance of its own.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.machine import describe_machine
from edgefill.catalogue.loader import load_catalogue
from edgefill.catalogue.questions.question_files import CatalogueQuestions
from edgefill.router_training.evaluation.statistics import compute_interval
from edgefill.router_training.release_routers import train_partition
from edgefill.routing.question import read_question
from edgefill.routing.router import Router
from edgefill.routing.routing_config import Partition

FILE = Path(__file__).with_name("opposites.jsonl")
TEMPLATES = Path(__file__).parents[1] / "templates"
MAX_SERVED = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class OppositeQuestion:
    """A question whose answer is not the text of `experience`."""

    experience: str
    locale: str
    text: str


def read_opposites(path: Path = FILE) -> list[OppositeQuestion]:
    """The questions of a file."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [
        OppositeQuestion(experience=row["experience"], locale=row["locale"], text=row["question"])
        for row in rows
    ]


def hold_out(questions: CatalogueQuestions, experience: str) -> CatalogueQuestions:
    """`questions` without the contrast utterances of `experience`."""
    contrasts = {key: texts for key, texts in questions.contrasts.items() if key[0] != experience}
    return replace(questions, contrasts=contrasts)


def find_served(
    questions: CatalogueQuestions, opposites: Sequence[OppositeQuestion]
) -> Iterator[tuple[OppositeQuestion, str]]:
    """Each question that is a hit, with the experience that it leads to."""
    for experience, locale in sorted({(each.experience, each.locale) for each in opposites}):
        router = train_router(hold_out(questions, experience), locale)
        for each in opposites:
            if (each.experience, each.locale) == (experience, locale):
                led_to = router.route(read_question(each.text)).experience
                if led_to:
                    yield each, led_to


def train_router(questions: CatalogueQuestions, locale: str) -> Router:
    """The router of a visitor with a token."""
    partition = Partition(
        tenant=questions.ask.tenants[0], locale=locale, audience=questions.ask.audiences[1]
    )
    return Router(train_partition(questions, partition).router)


def list_unserved(questions: CatalogueQuestions, locale: str) -> list[str]:
    """The declared utterances that the final router does not serve."""
    router = train_router(questions, locale)
    return [
        text
        for experience in router.model.intents
        for text in questions.utterances[experience, locale]
        if router.route(read_question(text)).experience != experience
    ]


def main() -> int:
    """Measure, print, and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--templates", type=Path, default=TEMPLATES, help="the templates' folder")
    parser.add_argument("--file", type=Path, default=FILE, help="the questions")
    parser.add_argument("--check", action="store_true", help="exit 1 when a bar is missed")
    options = parser.parse_args()
    questions = load_catalogue(options.templates / "catalogue").questions
    if questions is None:
        sys.exit(f"benchmarks.opposites: {options.templates} declares no questions")
    opposites = read_opposites(options.file)
    served = list(find_served(questions, opposites))
    for each, led_to in served:
        print(f"  {each.locale} {each.experience} -> {led_to}: {each.text}")
    low, high = compute_interval(len(served), len(opposites))
    print(f"opposites served: {len(served)} of {len(opposites)}, {low:.1%} to {high:.1%}")
    unserved = [text for each in questions.locales for text in list_unserved(questions, each)]
    print(f"declared utterances not served: {len(unserved)}")
    print(describe_machine())
    is_missed = len(served) > MAX_SERVED * len(opposites) or bool(unserved)
    return 1 if options.check and is_missed else 0


if __name__ == "__main__":
    sys.exit(main())
