"""Free questions through the whole stack: to a template or to the model."""

import time
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from edgefill.local.services.identity import DevVisitor, load_question_key
from edgefill.release.denials import allow, deny
from edgefill.routing.question import key_digest, read_question
from edgefill.store.aws import AwsClients
from edgefill.store.s3 import S3ObjectStore

if TYPE_CHECKING:
    from tests.flow.conftest import World

pytestmark = pytest.mark.stack

ADA = DevVisitor(subject="ada-asks", locale="en", slots={"name": "Ada"})


def make_path(question: str) -> str:
    return f"/ask?q={quote(question)}"


def test_a_question_gets_the_visitors_own_text(world: "World") -> None:
    """The release's router finds the template, and the CDN does not cache the answer."""
    answer = world.wait_for_hit(make_path("Why is my parcel late??"), ADA)
    header = answer.headers["x-edgefill"]
    assert header.startswith("hit; template=order-delayed/en/")
    assert "route=" in header
    assert "Ada" in answer.text
    assert answer.headers["cache-control"].startswith("private, no-store")


def test_a_question_without_an_experience_is_a_miss_once(world: "World") -> None:
    """The model's answer is stored as a template, and the next visitor gets it as a hit."""
    question = make_path("do you ship garden gnomes to the moon, order 4711")
    calls = world.count_gpu_calls()
    first = world.get(question, ADA)
    assert first.headers["x-edgefill"].startswith("miss; template=answer/en/q-")
    assert first.headers["x-edgefill"].endswith("reviewed=false")
    ben = DevVisitor(subject="ben-asks", locale="en", slots={"name": "Ben"})
    again = world.wait_for_hit(make_path("Do you ship garden gnomes to the moon; order 815"), ben)
    assert again.outcome == "hit"
    assert "Ben" in again.text
    assert "Ada" not in again.text
    assert world.count_gpu_calls() == calls + 1


def test_a_denied_question_stops_being_a_hit_within_seconds(world: "World") -> None:
    """This needs no release, and ends when the denial is removed."""
    question = "when does the sale end"  # declared: however the router scores it, it leads there
    hit = world.wait_for_hit(make_path(question), ADA).headers["x-edgefill"]
    assert hit.startswith("hit; template=flash-sale/en/")
    key = load_question_key(world.stack.options.state)
    digest = key_digest(key, read_question(question).digest)
    with closing(AwsClients.for_emulator(world.stack.run_file.s3_endpoint).make_s3()) as s3:
        objects = S3ObjectStore(s3, world.stack.run_file.bucket)
        deny(objects, digest, "flash-sale")
        after = world.wait_for_change(lambda: world.get(make_path(question), ADA), hit)
        assert "flash-sale" not in after
        allow(objects, digest, "flash-sale")
    until = time.monotonic() + 60
    while "flash-sale" not in after and time.monotonic() < until:
        time.sleep(0.25)
        after = world.get(make_path(question), ADA).headers["x-edgefill"]
    assert after == hit


def test_no_question_is_logged(world: "World") -> None:
    """The log has the lines of the edge, the API and the GPU service."""
    world.get(make_path("my secret word is xylophonist"), ADA)
    log = (world.stack.options.state / "up.log").read_text()
    assert "answer/en/q-" in log
    assert "xylophonist" not in log
