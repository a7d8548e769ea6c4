"""Settings: from a mapping, or not at all."""

from __future__ import annotations

import pytest

from edgefill.core.errors import InputRefused
from lambdas.api.settings import ApiSettings

GIVEN = {
    "EDGEFILL_API_BUCKET": "templates",
    "EDGEFILL_API_TABLE": "demand",
    "EDGEFILL_API_QUEUE_URL": "https://sqs.test/misses.fifo",
    "EDGEFILL_API_GPU_URL": "http://gpu.test",
    "EDGEFILL_API_ISSUER": "shop",
    "EDGEFILL_API_AUDIENCE": "edgefill",
}


def test_the_environment_is_read() -> None:
    """Variables of others are passed over, and an empty one counts as unset."""
    settings = ApiSettings.from_environment(
        GIVEN | {"EDGEFILL_API_DEADLINE_S": "2.5", "EDGEFILL_API_JWKS": "", "PATH": "/bin"}
    )
    assert settings.bucket == "templates"
    assert settings.deadline_s == 2.5
    assert settings.jwks is None


def test_the_region_is_lambdas_own() -> None:
    """Unless the settings name another."""
    assert ApiSettings.from_environment(GIVEN | {"AWS_REGION": "eu-west-1"}).region == "eu-west-1"
    named = {"AWS_REGION": "eu-west-1", "EDGEFILL_API_REGION": "eu-central-1"}
    assert ApiSettings.from_environment(GIVEN | named).region == "eu-central-1"


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"EDGEFILL_API_BUCKET": ""}, "EDGEFILL_API_BUCKET: Field required"),
        ({"EDGEFILL_API_DEADLINE_S": "soon"}, "EDGEFILL_API_DEADLINE_S: "),
        ({"EDGEFILL_API_KEY_PER_HOUR": "0"}, "EDGEFILL_API_KEY_PER_HOUR: "),
        ({"EDGEFILL_API_BUCKIT": "x"}, "EDGEFILL_API_BUCKIT: Extra inputs are not permitted"),
    ],
)
def test_a_wrong_setting_is_named(changed: dict[str, str], named: str) -> None:
    """By its variable."""
    with pytest.raises(InputRefused) as refused:
        ApiSettings.from_environment(GIVEN | changed)
    assert named in str(refused.value)


def test_a_secret_does_not_show() -> None:
    """Neither in a settings object's text nor in what refuses one."""
    secret = {"EDGEFILL_API_HS256_SECRET": "hush", "EDGEFILL_API_PEPPER": "hush"}
    assert "hush" not in repr(ApiSettings.from_environment(GIVEN | secret))
    with pytest.raises(InputRefused) as refused:
        ApiSettings.from_environment(GIVEN | secret | {"EDGEFILL_API_DEADLINE_S": "hush"})
    assert "hush" not in str(refused.value)
