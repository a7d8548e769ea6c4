"""`edgefill queue` against an SQS on this machine."""

from __future__ import annotations

import json
from urllib.request import Request, urlopen

import pytest
from typer.testing import CliRunner, Result

from edgefill.cli.__main__ import create_app
from edgefill.core.errors import InputRefused
from edgefill.demand.dead_letters import find_dead_url
from edgefill.demand.queue import GenerationJob, SqsJobQueue
from edgefill.local.services.aws import create_resources
from edgefill.store.aws import AwsClients


@pytest.fixture
def environment(moto: str) -> dict[str, str]:
    """The resources of a local stack, with three dead letters."""
    urlopen(Request(f"{moto}/moto-api/reset", method="POST")).close()
    aws = AwsClients.for_emulator(moto)
    url = create_resources(aws).queue_url
    sqs = aws.make_sqs()
    dead = SqsJobQueue(sqs, find_dead_url(sqs, url))
    for key in ("welcome/en/any", "welcome/de/any", "flash-sale/en/any"):
        dead.send(GenerationJob(key=key, version="c1"))
    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    place = {"EDGEFILL_QUEUE_URL": url, "AWS_ENDPOINT_URL": moto, "AWS_REGION": "us-east-1"}
    return credentials | place


def run(environment: dict[str, str], *words: str) -> Result:
    return CliRunner().invoke(create_app(("queue",)), ["queue", *words], env=environment)


def test_the_keys_are_listed_and_counted(environment: dict[str, str]) -> None:
    """Listing twice gives the same."""
    for _ in range(2):
        lines = run(environment, "dead").stdout.splitlines()
        assert lines[:3] == ["flash-sale/en/any", "welcome/de/any", "welcome/en/any"]
        assert "   2  welcome" in lines


def test_one_experience_is_replayed(environment: dict[str, str]) -> None:
    """The other letters stay."""
    assert run(environment, "replay", "--experience", "welcome").stdout.startswith("2 of 3 keys")
    letters = json.loads(run(environment, "dead", "--json").stdout)["letters"]
    assert letters == [{"key": "flash-sale/en/any", "version": "c1"}]


def test_letters_are_dropped_by_name_only(environment: dict[str, str]) -> None:
    """Either an experience or all."""
    assert isinstance(run(environment, "drop").exception, InputRefused)
    assert run(environment, "drop", "--all").stdout.startswith("3 of 3 letters")
    assert run(environment, "dead").stdout == "no dead letters\n"
