"""`handler` (Lambda): the smoke test of a new version of the model, between start and traffic.

ECS invokes it when the new version has the test traffic and no other. It answers whether ECS goes
on: FAILED moves nothing and brings the old version back
(docs.aws.amazon.com/AmazonECS/latest/developerguide/lambda-lifecycle-hooks.html).
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

import httpx

from edgefill.drafting.writers.http import HttpGenerator
from edgefill.operations.check_result import has_failed
from edgefill.operations.smoke.site import HttpSite
from lambdas.rollout.model_checks import run_model_checks

URL = "EDGEFILL_ROLLOUT_URL"


def handler(_event: Mapping[str, Any], _context: object) -> dict[str, str]:
    """Test the service at the URL in the environment."""
    return decide(os.environ)


def decide(environment: Mapping[str, str]) -> dict[str, str]:
    """ECS's `hookStatus`; each result is a line of the log."""
    url = environment[URL]
    with httpx.Client() as client:
        results = list(run_model_checks(HttpSite(url=url), HttpGenerator(client, url)))
    for result in results:
        print(json.dumps({"event": "model check", **result.to_json()}))  # noqa: T201 the log
    return {"hookStatus": "FAILED" if has_failed(results) else "SUCCEEDED"}
