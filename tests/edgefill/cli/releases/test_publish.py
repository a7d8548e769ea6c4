"""`edgefill publish`, `releases` and `rollback` against S3 over HTTP."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from edgefill.core.errors import EdgefillError, InputRefused, NotStored, StoreUnavailable
from edgefill.local.stack.run_file import RunFile
from edgefill.store.aws import AwsClients

Shell = Any  # tests/edgefill/cli/conftest.py
ScriptedGpu = Any


def publish_drafts(shell: Shell, gpu: ScriptedGpu, says: str, *words: str) -> dict[str, Any]:
    """Draft all keys again and publish them."""
    (shell.state / "drafts.jsonl").unlink(missing_ok=True)
    gpu.reply = lambda _order: says + " {{ name }}"
    assert shell("generate").exit_code == 0
    done = shell("publish", "--json", *words)
    assert done.exit_code == 0, done.exception
    release: dict[str, Any] = json.loads(done.stdout)
    return release


def list_states(shell: Shell) -> dict[str, str]:
    """Return each release's state from `edgefill releases`."""
    releases = json.loads(shell("releases", "--json").stdout)["releases"]
    return {one["release"]: one["state"] for one in releases}


def run_refused(shell: Shell, *words: str) -> EdgefillError:
    """Run a command and return its error."""
    error = shell(*words).exception
    assert isinstance(error, EdgefillError)
    return error


def test_publishes_and_goes_back(shell: Shell, gpu: ScriptedGpu) -> None:
    """Two releases, one step back, one step forward by name."""
    one, two = publish_drafts(shell, gpu, "Hello"), publish_drafts(shell, gpu, "Welcome")
    assert (one["templates"], one["packs"], one["state"]) == (4, 2, "current")
    assert list_states(shell) == {one["release"]: "stored", two["release"]: "current"}
    assert one["release"] in shell("rollback").stdout
    assert list_states(shell) == {one["release"]: "current", two["release"]: "stored"}
    assert json.loads(shell("rollback", "--to", two["release"], "--json").stdout)["state"] == (
        "current"
    )


def test_a_canary_grows_and_is_served_to_all(shell: Shell, gpu: ScriptedGpu) -> None:
    """5 percent, then 50, then all."""
    publish_drafts(shell, gpu, "Hello")
    trial = publish_drafts(shell, gpu, "Welcome", "--canary", "5")
    assert (trial["state"], trial["percent"]) == ("canary", 5.0)
    grown = shell("publish", "--release", trial["release"], "--canary", "50")
    assert f"{trial['release']}: canary 50%" in grown.stdout
    assert "canary 50%" in shell("releases").stdout
    shell("publish", "--release", trial["release"])
    assert list_states(shell)[trial["release"]] == "current"


def test_lists_for_a_person(shell: Shell, gpu: ScriptedGpu) -> None:
    """A table with release, state, time and number of templates; one sentence without releases."""
    assert "edgefill publish" in shell("releases").stdout
    one = publish_drafts(shell, gpu, "Hello")
    table = shell("releases").stdout
    assert all(word in table for word in (one["release"], "current", one["created"], " 4"))


def test_refuses_to_publish_nothing(shell: Shell, gpu: ScriptedGpu) -> None:
    """Without drafts for the present catalogue, the remedy is `edgefill generate`."""
    assert "edgefill generate" in str(run_refused(shell, "publish"))
    publish_drafts(shell, gpu, "Hello")
    shop = shell.folder / "templates/catalogue/shop.yaml"
    shop.write_text(shop.read_text().replace("kind", "kinder"))
    assert "holds no accepted text for the present catalogue" in str(run_refused(shell, "publish"))


def test_only_what_the_configured_judge_passed_is_published(shell: Shell, gpu: ScriptedGpu) -> None:
    """After the rubric has changed, `edgefill generate` comes first; it writes no text again."""
    publish_drafts(shell, gpu, "Hello")
    rubric = shell.folder / "templates/judging/rubric.yaml"
    rubric.write_text(rubric.read_text().replace("0.5", "0.6"))
    error = run_refused(shell, "publish")
    assert "run `edgefill generate` so that the present judge reads 4 texts" in str(error)
    orders = len(gpu.orders)
    assert shell("generate").exit_code == 0
    assert (shell("publish").exit_code, len(gpu.orders)) == (0, orders)


def test_without_a_judge_nothing_is_published(shell: Shell, gpu: ScriptedGpu) -> None:
    """The drafts of an earlier judge do not count either."""
    publish_drafts(shell, gpu, "Hello")
    (shell.folder / "templates/roles.yaml").write_text("drafter: {engine: service}\n")
    assert "no judge is configured; add the role `judge`" in str(run_refused(shell, "publish"))


def test_publishing_needs_no_key_of_the_judges_server(shell: Shell, gpu: ScriptedGpu) -> None:
    """It compares versions, and asks nobody."""
    publish_drafts(shell, gpu, "Hello")
    roles = shell.folder / "templates/roles.yaml"
    server = "{engine: openai, url: 'http://127.0.0.1:1', model: big, key_env: ABSENT}"
    roles.write_text(roles.read_text().replace("judge: {engine: service}", f"judge: {server}"))
    assert "the present judge reads 4 texts" in str(run_refused(shell, "publish"))


def test_warns_of_a_release_with_far_fewer_texts(shell: Shell, gpu: ScriptedGpu) -> None:
    """Both counts are on stderr and in the JSON; the release is served."""
    assert publish_drafts(shell, gpu, "Hello")["warnings"] == []
    (shell.state / "drafts.jsonl").unlink()
    (shell.folder / "demand.csv").write_text("greeting/de/gold,9\n")
    demand = str(shell.folder / "demand.csv")
    assert shell("generate", "--top", "1", "--demand", demand).exit_code == 0
    done = shell("publish", "--json")
    release = json.loads(done.stdout)
    assert (release["templates"], release["state"]) == (1, "current")
    (warning,) = release["warnings"]
    assert "has 1 texts" in warning
    assert "has 4; `edgefill rollback`" in warning
    assert f"warning: {warning}" in done.stderr


def test_warns_of_texts_that_the_present_judge_has_not_read(shell: Shell, gpu: ScriptedGpu) -> None:
    """What it has read is published."""
    publish_drafts(shell, gpu, "Hello")
    rubric = shell.folder / "templates/judging/rubric.yaml"
    rubric.write_text(rubric.read_text().replace("0.5", "0.6"))
    (shell.folder / "demand.csv").write_text("greeting/de/gold,9\n")
    shell("generate", "--top", "1", "--demand", str(shell.folder / "demand.csv"))
    done = shell("publish")
    assert ": current, 1 templates" in done.stdout
    assert "the present judge reads 3 texts" in done.stderr


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("rollback",), NotStored),
        (("rollback", "--to", "r1"), NotStored),
        (("publish", "--release", "r1"), NotStored),
    ],
)
def test_refuses_unknown_releases(
    shell: Shell, words: tuple[str, ...], kind: type[EdgefillError]
) -> None:
    """Unknown releases are named, with a remedy."""
    error = run_refused(shell, *words)
    assert type(error) is kind
    assert "edgefill" in str(error)


def test_a_store_that_is_gone_is_one_error(shell: Shell) -> None:
    """A closed port or a missing bucket is named."""
    assert "nobody" in str(run_refused(shell, "releases", "--bucket", "nobody"))
    shell.environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1"
    assert isinstance(run_refused(shell, "releases"), StoreUnavailable)


def test_finds_the_running_stack(shell: Shell, gpu: ScriptedGpu, s3: str) -> None:
    """Without options and environment, the run file says where everything is."""
    del shell.environment["EDGEFILL_BUCKET"], shell.environment["EDGEFILL_GPU_URL"]
    assert isinstance(run_refused(shell, "releases"), InputRefused)
    shell.state.mkdir(exist_ok=True)
    RunFile(
        pid=os.getpid(), cdn="", s3_endpoint=s3, bucket="templates", table="", queue_url="",
        gpu_url=gpu.url, api_url="", shop_url="", control="",
    ).write(shell.state)  # fmt: skip
    assert publish_drafts(shell, gpu, "Hello")["state"] == "current"


def test_an_invalid_endpoint_is_named(shell: Shell) -> None:
    """The error comes before any request."""
    error = run_refused(shell, "releases", "--endpoint-url", "notaurl")
    assert isinstance(error, InputRefused)
    assert "notaurl" in str(error)


def test_a_damaged_pointer_is_reported(shell: Shell, gpu: ScriptedGpu, s3: str) -> None:
    """The releases are listed, and the exit status and one line report the damage."""
    release = publish_drafts(shell, gpu, "Hello")["release"]
    AwsClients.for_emulator(s3).make_s3().put_object(
        Bucket="templates", Key="t/current.json", Body=b"{bad"
    )
    done = shell("releases")
    assert release in done.stdout
    assert isinstance(done.exception, InputRefused)
    assert "rollback --to" in str(done.exception)


def test_keys_say_where_their_templates_are(shell: Shell, gpu: ScriptedGpu, s3: str) -> None:
    """In the release, in the overlay, or nowhere; and how to request each."""
    publish_drafts(shell, gpu, "Hello")
    releases = json.loads(shell("keys", "--json").stdout)["keys"]
    assert {row["where"] for row in releases} == {"release"}
    assert releases[0] == {
        "key": "greeting/en/gold",
        "where": "release",
        "path": "/p/greeting?locale=en",
        "claims": ["case.tier=gold"],
    }
    assert "every key has a template" in shell("keys", "--unwritten").stdout
    client = AwsClients.for_emulator(s3).make_s3()
    place = next(
        item["Key"]
        for item in client.list_objects_v2(Bucket="templates", Prefix="t/r/")["Contents"]
        if item["Key"].endswith("/de.json")
    )
    pack = json.loads(client.get_object(Bucket="templates", Key=place)["Body"].read())
    pack["programs"] = {}
    client.put_object(Bucket="templates", Key=place, Body=json.dumps(pack).encode())
    client.put_object(Bucket="templates", Key="t/live/greeting/de/any.json", Body=b"{}")
    where = {row["key"]: row["where"] for row in json.loads(shell("keys", "--json").stdout)["keys"]}
    assert where["greeting/de/any"] == "overlay"
    assert where["greeting/de/gold"] == "nowhere"
    assert "greeting/de/gold" in shell("keys", "--unwritten").stdout
