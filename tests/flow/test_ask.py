"""Free questions through the whole stack: to a template, to a person's choice, to the model."""

import time
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from edgefill.local.services.identity import DevVisitor
from edgefill.release.denials import allow, deny
from edgefill.routing.question import read_question
from edgefill.store.aws import AwsClients
from edgefill.store.s3 import S3ObjectStore

if TYPE_CHECKING:
    from tests.flow.conftest import World

pytestmark = pytest.mark.stack

ADA = DevVisitor(subject="ada-asks", locale="en", slots={"name": "Ada"})


def path(question: str) -> str:
    return f"/ask?q={quote(question)}"


def test_a_question_gets_the_visitors_own_text(world: "World") -> None:
    """From a release, by the router that was published with it, and never kept by the CDN."""
    answer = world.until_hit(path("Why is my parcel late??"), ADA)
    said = answer.headers["x-edgefill"]
    assert said.startswith("hit; template=order-delayed/en/")
    assert "route=" in said
    assert "Ada" in answer.text
    assert answer.headers["cache-control"].startswith("private, no-store")


def test_a_question_that_nobody_wrote_for_is_a_miss_once(world: "World") -> None:
    """The model's answer is kept as a template under the question, whoever asks it next."""
    asked = path("do you ship garden gnomes to the moon, order 4711")
    calls = world.gpu_calls()
    first = world.get(asked, ADA)
    assert first.headers["x-edgefill"].startswith("miss; template=answer/en/q-")
    assert first.headers["x-edgefill"].endswith("reviewed=false")
    ben = DevVisitor(subject="ben-asks", locale="en", slots={"name": "Ben"})
    again = world.until_hit(path("Do you ship garden gnomes to the moon; order 815"), ben)
    assert again.outcome == "hit"
    assert "Ben" in again.text
    assert "Ada" not in again.text
    assert world.gpu_calls() == calls + 1


def test_a_denied_question_is_no_hit_within_seconds(world: "World") -> None:
    """Without a release; and a hit again when that is taken back."""
    question = "when does the sale end"  # declared: however the router scores it, it leads there
    hit = world.until_hit(path(question), ADA).headers["x-edgefill"]
    assert hit.startswith("hit; template=flash-sale/en/")
    digest = read_question(question).digest
    with closing(AwsClients.for_emulator(world.stack.run_file.s3_endpoint).make_s3()) as s3:
        objects = S3ObjectStore(s3, world.stack.run_file.bucket)
        deny(objects, digest, "flash-sale")
        after = world.until(lambda: world.get(path(question), ADA), hit)
        assert "flash-sale" not in after
        allow(objects, digest, "flash-sale")
    until = time.monotonic() + 60
    while "flash-sale" not in after and time.monotonic() < until:
        time.sleep(0.25)
        after = world.get(path(question), ADA).headers["x-edgefill"]
    assert after == hit


def test_no_question_is_in_a_log_of_ours(world: "World") -> None:
    """Neither the edge's, nor the API's, nor the model's."""
    world.get(path("my secret word is xylophonist"), ADA)
    log = (world.stack.options.state / "up.log").read_text()
    assert "answer/en/q-" in log
    assert "xylophonist" not in log
