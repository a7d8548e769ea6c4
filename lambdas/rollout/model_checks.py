"""The smoke test of a model: it is ready, and writes a template of every format that compiles.

The texts need not be good: the judge reads every text before a visitor does. They must follow the
grammar, be whole and be written in time, once in ATTEMPTS: the compiler refuses some of the texts
of any model.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from edgefill.compiler.compile import compile_template
from edgefill.core.cases import CaseSpec
from edgefill.core.errors import EdgefillError
from edgefill.core.experience import Experience
from edgefill.core.slots import Slot
from edgefill.drafting.writers.generator import Draft, GenerationOrder
from edgefill.operations.check_result import CheckResult, fail_check, pass_check
from edgefill.operations.smoke.site import Site

DEADLINE_S, ATTEMPTS = 30.0, 3
MAX_CHARS = 400
SLOT = Slot(name="name", type="name", default="friend", description="the visitor's first name")
FIELDS = {"json": ("title", "body")}
LOG = "see the log of the new tasks, streams vllm/ and gpu/"


class Writer(Protocol):
    """HttpGenerator, or a twin of it."""

    def generate(self, order: GenerationOrder, *, deadline_s: float) -> Draft:
        """See HttpGenerator."""


def run_model_checks(site: Site, writer: Writer) -> Iterator[CheckResult]:
    """Whether the service is alive and ready, then one result for each format."""
    for path in ("/health", "/ready"):
        answer = site.get(path)
        if answer.status != 200:
            text = f"{path}: {answer.status or answer.text}"
            yield fail_check(path.strip("/"), text, remedy=LOG)
            return
        yield pass_check(path.strip("/"), "200")
    for format_ in ("html", "json", "text"):
        yield check_format(writer, format_)


def check_format(writer: Writer, format_: str) -> CheckResult:
    """A template of this format is written under its grammar, whole and in time."""
    experience, problem = make_experience(format_), ""
    for seed in range(ATTEMPTS):
        try:
            draft = writer.generate(build_order(experience, seed), deadline_s=DEADLINE_S)
            template = compile_template(
                draft.text, experience=experience, locale="en", name=experience.id
            )
        except EdgefillError as error:
            problem = f"{type(error).__name__}: {error}"
        else:
            text = f"{draft.model}: {template.max_bytes} bytes in {draft.seconds:.1f} s"
            return pass_check(format_, text)
    return fail_check(format_, f"{ATTEMPTS} attempts failed, the last: {problem}", remedy=LOG)


def make_experience(format_: str) -> Experience:
    """A greeting; no catalogue has it."""
    return Experience(
        id=f"smoke-{format_}",
        version="1",
        format=format_,
        slots=(SLOT,),
        cases=CaseSpec(),
        fields=FIELDS.get(format_, ()),
        max_chars=MAX_CHARS,
    )


def build_order(experience: Experience, seed: int) -> GenerationOrder:
    """The order of one short text."""
    return GenerationOrder(
        prompt="Greet a customer of a shop by name, in English, in one or two sentences.",
        format=experience.format,
        slots=experience.slots,
        fields=experience.fields,
        max_chars=experience.max_chars,
        temperature=0.2,
        seed=seed,
    )
