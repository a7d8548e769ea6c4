"""Settings are read from a mapping; invalid ones are refused."""

from __future__ import annotations

import pytest

from edgefill.core.errors import InputRefused
from lambdas.api.settings import ApiSettings

ENVIRONMENT = {
    "EDGEFILL_API_BUCKET": "templates",
    "EDGEFILL_API_TABLE": "demand",
    "EDGEFILL_API_QUEUE_URL": "https://sqs.test/misses.fifo",
    "EDGEFILL_API_GPU_URL": "http://gpu.test",
    "EDGEFILL_API_ISSUER": "shop",
    "EDGEFILL_API_AUDIENCE": "edgefill",
}


def test_the_environment_is_read() -> None:
    """Other variables are ignored, and an empty one counts as unset."""
    settings = ApiSettings.from_environment(
        ENVIRONMENT | {"EDGEFILL_API_DEADLINE_S": "2.5", "EDGEFILL_API_JWKS": "", "PATH": "/bin"}
    )
    assert settings.bucket == "templates"
    assert settings.deadline_s == 2.5
    assert settings.jwks is None


def test_the_region_is_lambdas_own() -> None:
    """Unless the settings name another one."""
    assert (
        ApiSettings.from_environment(ENVIRONMENT | {"AWS_REGION": "eu-west-1"}).region
        == "eu-west-1"
    )
    problem = {"AWS_REGION": "eu-west-1", "EDGEFILL_API_REGION": "eu-central-1"}
    assert ApiSettings.from_environment(ENVIRONMENT | problem).region == "eu-central-1"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"EDGEFILL_API_BUCKET": ""}, "EDGEFILL_API_BUCKET: Field required"),
        ({"EDGEFILL_API_DEADLINE_S": "soon"}, "EDGEFILL_API_DEADLINE_S: "),
        ({"EDGEFILL_API_KEY_PER_HOUR": "0"}, "EDGEFILL_API_KEY_PER_HOUR: "),
        ({"EDGEFILL_API_BUCKIT": "x"}, "EDGEFILL_API_BUCKIT: Extra inputs are not permitted"),
    ],
)
def test_an_invalid_setting_is_named(changes: dict[str, str], problem: str) -> None:
    """The error names its variable."""
    with pytest.raises(InputRefused) as error:
        ApiSettings.from_environment(ENVIRONMENT | changes)
    assert problem in str(error.value)


def test_a_secret_does_not_show() -> None:
    """Neither in the repr of the settings nor in an error."""
    secret = {"EDGEFILL_API_HS256_SECRET": "hush", "EDGEFILL_API_PEPPER": "hush"}
    assert "hush" not in repr(ApiSettings.from_environment(ENVIRONMENT | secret))
    with pytest.raises(InputRefused) as error:
        ApiSettings.from_environment(ENVIRONMENT | secret | {"EDGEFILL_API_DEADLINE_S": "hush"})
    assert "hush" not in str(error.value)
