"""`edgefill misses` against DynamoDB over HTTP."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from edgefill.core.errors import EdgefillError, InputRefused, StoreUnavailable
from edgefill.demand.counts import DynamoDemandCounts
from edgefill.demand.questions import DynamoQuestionTexts
from edgefill.demand.table import DemandTable
from edgefill.local.stack.run_file import RunFile
from edgefill.routing.question import read_question
from edgefill.store.aws import AwsClients

Shell = Any  # tests/edgefill/cli/conftest.py
TABLE = "demand"
ASK = "ask: {answer: answer, tenants: [demo], audiences: [guest, member]}\n"
OPEN = """\
id: answer
title: An answer
goal: answer
format: text
tones: [warm]
open: true
slots:
  name: {type: name, default: you, description: first name}
"""
PARKING = ("is there parking at the shop", "parking at the shop", "is there parking near the shop")


@pytest.fixture
def table(shell: Shell, s3: str) -> DemandTable:
    """The demand table, empty and named by the environment; the shop answers questions."""
    shell.environment["EDGEFILL_TABLE"] = TABLE
    catalogue = shell.folder / "templates/catalogue"
    with (catalogue / "shop.yaml").open("a") as shop:
        shop.write(ASK)
    (catalogue / "experiences/answer.yaml").write_text(OPEN)
    for locale in ("en", "de"):
        (catalogue / "fallbacks/answer").mkdir(exist_ok=True)
        (catalogue / f"fallbacks/answer/{locale}.txt").write_text("Well")
    table = DemandTable(AwsClients.for_emulator(s3).make_dynamodb(), TABLE)
    table.create()
    return table


def ask(table: DemandTable, *texts: str, locale: str = "en", is_stored: bool = True) -> list[str]:
    """Store what the API stores for each question; returns the digests."""
    digests = [read_question(text).digest for text in texts]
    for text, digest in zip(texts, digests, strict=True):
        DynamoDemandCounts(table, time.time).add(f"answer/{locale}/q-{digest}")
        if is_stored:
            DynamoQuestionTexts(table, time.time).save(f"answer/{locale}/q-{digest}", text)
    return digests


def run_misses(shell: Shell, *words: str) -> Result:
    """Run the command for two days, because midnight may pass during a test."""
    done: Result = shell("misses", "--days", "2", *words)
    return done


def run_json(shell: Shell, *words: str) -> dict[str, Any]:
    done = run_misses(shell, "--json", *words)
    assert done.exit_code == 0, done.exception
    data: dict[str, Any] = json.loads(done.stdout)
    return data


def run_refused(shell: Shell, *words: str) -> EdgefillError:
    error = run_misses(shell, *words).exception
    assert isinstance(error, EdgefillError)
    return error


def read_utterances(shell: Shell, experience: str, locale: str = "en") -> str:
    file: Path = shell.folder / f"templates/catalogue/questions/{experience}/{locale}.txt"
    return file.read_text()


def test_nothing_was_missed(shell: Shell, table: DemandTable) -> None:
    """Misses of other keys are not free questions."""
    DynamoDemandCounts(table, time.time).add("greeting/en/gold")
    assert "no free question was missed" in run_misses(shell).stdout
    assert run_json(shell) == {"clusters": [], "untold": [], "declared": [], "left_out": 0}


def test_similar_questions_are_shown_together(shell: Shell, table: DemandTable) -> None:
    """The cluster has digests, counts and a proposal."""
    digests = ask(table, *PARKING, PARKING[0])
    (cluster,) = run_json(shell)["clusters"]
    assert (cluster["asked"], cluster["propose"], cluster["locale"]) == (4, "experience", "en")
    assert {one["digest"] for one in cluster["questions"]} == set(digests)
    output = run_misses(shell).stdout
    assert all(word in output for word in (digests[1], cluster["experience"], "ID.yaml"))


def test_a_table_has_a_maximum_length(shell: Shell, table: DemandTable) -> None:
    """The output says how much is left out."""
    ask(table, "what is sand", "who were you", *PARKING, "is there parking by the shop")
    output = run_misses(shell, "--most", "1").stdout
    assert "and 2 more clusters" in output
    assert "and 1 more; see" in output


def test_without_texts_there_are_digests_and_counts(shell: Shell, table: DemandTable) -> None:
    """The output says how to store texts."""
    digests = ask(table, *PARKING, is_stored=False)
    output = run_misses(shell, "--most", "2").stdout
    assert "EDGEFILL_API_KEEP_QUESTIONS" in output
    assert sum(digest in output for digest in digests) == 2
    assert "and 1 more questions" in output
    assert len(run_json(shell)["untold"]) == 3


def test_a_question_is_accepted_by_its_digest(shell: Shell, table: DemandTable) -> None:
    """Only once: then it is declared."""
    digest, *_ = ask(table, "is [name] in today")
    done = run_misses(shell, "--accept", digest, "--as", "greeting")
    assert "is in today" in done.stdout
    assert "edgefill publish" in done.stdout
    assert read_utterances(shell, "greeting") == "is in today\n"
    assert "declared already" in str(
        run_refused(shell, "--accept", f"q-{digest}", "--as", "greeting")
    )
    assert [one["digest"] for one in run_json(shell)["declared"]] == [digest]
    assert "1 more in the catalogue already" in run_misses(shell).stdout


def test_a_question_is_accepted_in_words(shell: Shell, table: DemandTable) -> None:
    """It is masked as the API masks it; no table is read."""
    shell.environment["EDGEFILL_TABLE"] = "nobody"
    words = ("--accept", "Is Anna there at 10:30?", "--as", "out-of-scope", "--locale", "de")
    data = run_json(shell, *words)
    assert data["utterance"] == "is there at #"
    assert data["file"].endswith("questions/out-of-scope/de.txt")
    assert read_utterances(shell, "out-of-scope", "de") == "is there at #\n"


def test_a_digest_of_two_locales_needs_a_locale(shell: Shell, table: DemandTable) -> None:
    """--locale chooses one."""
    digest, *_ = ask(table, "hm")
    ask(table, "hm", locale="de")
    assert "de, en" in str(run_refused(shell, "--accept", digest, "--as", "greeting"))
    assert run_json(shell, "--accept", digest, "--as", "greeting", "--locale", "de")
    assert read_utterances(shell, "greeting", "de") == "hm\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--as", "greeting"), "with --accept"),
        (("--locale", "de"), "with --accept"),
        (("--accept", "hello"), "--as EXPERIENCE"),
        (("--accept", "hello", "--as", "greeting"), "needs --locale"),
        (("--accept", "0" * 20, "--as", "greeting"), "no text is stored"),
        (("--accept", " ", "--as", "greeting", "--locale", "en"), "empty"),
        (("--accept", "hello", "--as", "nobody", "--locale", "en"), "experiences/nobody.yaml"),
        (("--accept", "hello", "--as", "greeting", "--locale", "fr"), "choose one of en, de"),
        (("--accept", "4711", "--as", "greeting", "--locale", "en"), "only masks"),
    ],
)
def test_bad_input_is_refused(
    shell: Shell, table: DemandTable, words: tuple[str, ...], message: str
) -> None:
    """The message contains the remedy."""
    error = run_refused(shell, *words)
    assert isinstance(error, InputRefused)
    assert message in str(error)


def test_a_missing_table_is_refused(shell: Shell, table: DemandTable) -> None:
    """The message names the table, or an invalid endpoint."""
    error = run_refused(shell, "--table", "nobody")
    assert isinstance(error, StoreUnavailable)
    assert "nobody" in str(error)
    assert "notaurl" in str(run_refused(shell, "--endpoint-url", "notaurl"))


def test_a_bucket_is_not_needed(shell: Shell, table: DemandTable) -> None:
    """Without a bucket the routers are trained instead of read."""
    del shell.environment["EDGEFILL_BUCKET"]
    ask(table, PARKING[0])
    assert len(run_json(shell)["clusters"]) == 1


def test_the_running_stack_is_found(shell: Shell, table: DemandTable, s3: str) -> None:
    """Its table and its store are used; without a stack the remedy is `edgefill up`."""
    ask(table, PARKING[0])
    del shell.environment["EDGEFILL_BUCKET"], shell.environment["EDGEFILL_TABLE"]
    assert "edgefill up" in str(run_refused(shell))
    shell.state.mkdir(exist_ok=True)
    RunFile(
        pid=os.getpid(), cdn="", s3_endpoint=s3, bucket="templates", table=TABLE, queue_url="",
        gpu_url="", api_url="", shop_url="", control="",
    ).write(shell.state)  # fmt: skip
    assert len(run_json(shell)["clusters"]) == 1


def test_a_shop_without_questions_is_refused(shell: Shell) -> None:
    """Before any table is read."""
    assert "no `ask`" in str(run_refused(shell))
