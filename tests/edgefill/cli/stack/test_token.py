"""`edgefill token`."""

import json
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from edgefill.cli.__main__ import create_app
from edgefill.core.errors import InputRefused
from edgefill.identity.token import verify_token
from edgefill.identity.trust import Trust
from edgefill.local.services.identity import AUDIENCE, ISSUER, DevIdentityProvider


def mint(state: Path, *words: str) -> Result:
    return CliRunner().invoke(create_app(("token",)), ["token", "--state", str(state), *words])


def trust(state: Path) -> Trust:
    identity = DevIdentityProvider(state)
    return Trust(
        issuer=ISSUER,
        audience=AUDIENCE,
        keys=identity.build_jwks()["keys"],
        hs256_secret=identity.secret.encode(),
    )


@pytest.mark.parametrize("alg", ["RS256", "HS256"])
def test_claims_make_a_token_that_verifies(tmp_path: Path, alg: str) -> None:
    """Each --claim sets its member, and JSON values keep their type."""
    words = ("sub=ada", "locale=de", "case.tier=gold", "slots.name=Ada", "slots.points=12")
    done = mint(tmp_path, "--alg", alg, *(word for claim in words for word in ("--claim", claim)))
    claims = verify_token(done.stdout.strip(), trust=trust(tmp_path), now=time.time())
    assert (claims.subject, claims.locale, claims.case) == ("ada", "de", {"tier": "gold"})
    assert claims.slots == {"name": "Ada", "points": 12}


def test_claims_override_the_profile_file(tmp_path: Path) -> None:
    """--claim wins over --profile."""
    file = tmp_path / "ada.json"
    file.write_text(json.dumps({"locale": "en", "slots": {"name": "Ada", "vip": True}}))
    done = mint(tmp_path, "--profile", str(file), "--claim", "locale=de")
    claims = verify_token(done.stdout.strip(), trust=trust(tmp_path), now=time.time())
    assert (claims.locale, claims.slots) == ("de", {"name": "Ada", "vip": True})


@pytest.mark.parametrize("claim", ["name=Ada", "sub", "roles.admin=1"])
def test_an_unknown_claim_is_refused(tmp_path: Path, claim: str) -> None:
    """The message shows what to write."""
    done = mint(tmp_path, "--claim", claim)
    assert isinstance(done.exception, InputRefused)
    assert "case.<dimension>" in str(done.exception)


def test_an_unknown_algorithm_is_refused(tmp_path: Path) -> None:
    """`none` is one of them."""
    assert mint(tmp_path, "--alg", "none").exit_code == 2


@pytest.mark.parametrize("ttl", ["nan", "inf", "1e30"])
def test_an_invalid_time_to_live_is_refused(tmp_path: Path, ttl: str) -> None:
    """The message says what to write."""
    refused = mint(tmp_path, "--ttl", ttl)
    assert isinstance(refused.exception, InputRefused)
    assert "write a number of seconds" in str(refused.exception)
