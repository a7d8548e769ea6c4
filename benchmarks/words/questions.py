"""What visitors see who ask what nothing in the catalogue answers.

The questions skip the router, as if it had found all of them to be out of scope.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import yaml

from benchmarks.words.corpus import TEMPLATES
from benchmarks.words.demo_service import DemoService
from benchmarks.words.figures import Figure
from benchmarks.words.miss_path import build_miss_path
from edgefill.catalogue.catalogue import Catalogue
from edgefill.core.answer import Answer
from lambdas.api.miss_handler import MissHandler, MissRequest
from lambdas.api.worker import make_worker

SECTION = "/ask, questions that nothing answers"
FILE = Path(__file__).with_name("unanswerable.jsonl")
QUESTION_PROMPT = "answer.j2"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnanswerableQuestion:
    """A visitor's question in `locale`."""

    locale: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestions:
    """How often each outcome was answered, and how many texts the judge read."""

    outcomes: Mapping[str, int]
    judged: int

    @property
    def shown(self) -> int:
        """The answers that were not the hand-written text."""
        return sum(
            count for name, count in self.outcomes.items() if not name.startswith("fallback")
        )


def read_questions(path: Path = FILE) -> list[UnanswerableQuestion]:
    """The questions of a file, one JSON object per line."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [UnanswerableQuestion(locale=row["locale"], text=row["question"]) for row in rows]


def ask_questions(
    service: DemoService,
    catalogue: Catalogue,
    questions: Sequence[UnanswerableQuestion],
    templates: Path,
) -> AskedQuestions:
    """Ask all, let the queue's worker try again, and ask all once more; both answers count."""
    path = build_miss_path(catalogue, service.connect(catalogue, "interactive", templates))
    handler = path.dependencies.miss_handler
    outcomes = Counter(_ask(handler, each) for each in questions)
    make_worker(path.dependencies).drain(path.queue)
    outcomes.update(_ask(handler, each) for each in questions)
    return AskedQuestions(outcomes=outcomes, judged=len(path.judge.seconds))


def enable_questions(target: Path) -> Path:
    """Copy the templates to `target` with a prompt for questions in roles.yaml; return `target`."""
    shutil.copytree(TEMPLATES, target)
    file = target / "roles.yaml"
    roles = yaml.safe_load(file.read_text(encoding="utf-8"))
    roles["drafter"].setdefault("prompts", {})["question"] = QUESTION_PROMPT
    file.write_text(yaml.safe_dump(roles), encoding="utf-8")
    return target


def describe_asked(name: str, asked: AskedQuestions) -> Iterator[Figure]:
    """How many generated texts were shown, and the outcomes."""
    outcomes = sorted(asked.outcomes.items(), key=lambda item: (-item[1], item[0]))
    yield Figure(
        section=SECTION,
        name=f"{name}: generated texts shown",
        value=asked.shown,
        bar=0,
        is_limit=True,
        note=f"of {sum(asked.outcomes.values())} answers; "
        + ", ".join(f"{outcome}: {count}" for outcome, count in outcomes)
        + f"; the judge read {asked.judged} texts",
    )


def describe_outcome(answer: Answer) -> str:
    """`fallback, <reason>`, `miss`, `hit` or `status <n>`, from status and X-Edgefill."""
    if answer.status != 200:
        return f"status {answer.status}"
    outcome, *fields = answer.headers["X-Edgefill"].split("; ")
    reason = dict(field.partition("=")[::2] for field in fields).get("reason")
    return f"{outcome}, {reason}" if reason else outcome


def _ask(handler: MissHandler, question: UnanswerableQuestion) -> str:
    query = urlencode({"q": question.text, "locale": question.locale})
    request = MissRequest(method="GET", experience=None, query=query, address="198.51.100.10")
    return describe_outcome(handler.serve(request))
