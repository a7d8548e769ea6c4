"""`handler` (Lambda): runs the smoke test against the site and writes the number of failures.

Each check is a line of the log; the last line is in CloudWatch's embedded metric format, as in
lambdas/wake/phases.py. A failed check is no failure of the function.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from edgefill.catalogue.loader import load_catalogue
from edgefill.core.errors import InputRefused
from edgefill.operations.check_result import CheckResult
from edgefill.operations.site_plan import build_plan
from edgefill.operations.smoke.site import HttpSite
from edgefill.operations.smoke.smoke_test import run_canary_test
from edgefill.store.aws import AwsClients

URL = "EDGEFILL_CANARY_URL"
NAMESPACE = "EDGEFILL_CANARY_NAMESPACE"
TOKENS_SECRET = "EDGEFILL_CANARY_TOKENS_SECRET"  # noqa: S105 the name of a variable
CATALOGUE = Path("templates/catalogue")  # in the bundle, and in the repository
METRIC = "CanaryFailures"


def handler(_event: Mapping[str, Any], _context: object) -> None:
    """Test the site that the environment names."""
    for line in run(os.environ, find_tokens(os.environ)):
        print(line)  # noqa: T201 Lambda logs it, CloudWatch reads it


def run(environment: Mapping[str, str], tokens: tuple[str, ...]) -> Iterator[str]:
    """A line for each check, then the metric."""
    plan = build_plan(load_catalogue(CATALOGUE), tokens, is_fresh=False, wait_s=0)
    failures = 0
    for result in run_canary_test(HttpSite(url=environment[URL]), plan):
        failures += result.status == "fail"
        yield format_check(result)
    yield format_metric(failures, namespace=environment[NAMESPACE], now=time.time())


def find_tokens(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The tokens in the secret that the environment names; none without a name."""
    name = environment.get(TOKENS_SECRET)
    if not name:
        return ()
    return read_tokens(AwsClients.from_environment(environment).make_client("secretsmanager"), name)


def read_tokens(client: Any, name: str) -> tuple[str, ...]:
    """The tokens in a secret; InputRefused for a secret of another form."""
    return parse_tokens(client.get_secret_value(SecretId=name)["SecretString"], name)


def parse_tokens(text: str, name: str) -> tuple[str, ...]:
    """A JSON list of strings; InputRefused names the secret, and never shows its content."""
    try:
        tokens = json.loads(text)
    except ValueError:
        tokens = None
    if not isinstance(tokens, list) or not all(isinstance(each, str) for each in tokens):
        raise InputRefused(f"secret {name}: write a JSON list of tokens")
    return tuple(tokens)


def format_check(result: CheckResult) -> str:
    """One check, as JSON."""
    return json.dumps({"event": "canary check", **result.to_json()})


def format_metric(failures: int, *, namespace: str, now: float) -> str:
    """The number of failed checks."""
    return json.dumps(
        {
            "_aws": {
                "Timestamp": int(now * 1000),
                "CloudWatchMetrics": [
                    {
                        "Namespace": namespace,
                        "Dimensions": [[]],
                        "Metrics": [{"Name": METRIC, "Unit": "Count"}],
                    }
                ],
            },
            "event": "canary",
            METRIC: failures,
        }
    )
