"""The development identity provider."""

import json
from pathlib import Path

import pytest

from edgefill.core.errors import InputRefused, TokenRefused
from edgefill.identity.token import verify_token
from edgefill.identity.trust import Trust
from edgefill.local.services.identity import (
    AUDIENCE,
    ISSUER,
    DevIdentityProvider,
    DevVisitor,
    SigningAlgorithm,
    read_profile,
)

NOW = 1_800_000_000.0
ADA = DevVisitor(subject="ada", locale="de", case={"tier": "gold"}, slots={"name": "Ada 🌊"})


def trust_in(identity: DevIdentityProvider) -> Trust:
    return Trust(
        issuer=ISSUER,
        audience=AUDIENCE,
        keys=identity.build_jwks()["keys"],
        hs256_secret=identity.secret.encode(),
    )


@pytest.mark.parametrize("alg", ["RS256", "HS256"])
def test_a_minted_token_verifies(tmp_path: Path, alg: SigningAlgorithm) -> None:
    """The edge's own verification accepts both kinds and reads the same claims."""
    identity = DevIdentityProvider(tmp_path)
    token = identity.mint_token(ADA, now=NOW, alg=alg)
    claims = verify_token(token, trust=trust_in(identity), now=NOW)
    assert (claims.subject, claims.locale) == ("ada", "de")
    assert (claims.case, claims.slots) == ({"tier": "gold"}, {"name": "Ada 🌊"})


def test_a_token_expires_after_its_ttl(tmp_path: Path) -> None:
    """After `ttl` seconds and the leeway it is refused."""
    identity = DevIdentityProvider(tmp_path)
    token = identity.mint_token(ADA, now=NOW, ttl=60)
    with pytest.raises(TokenRefused):
        verify_token(token, trust=trust_in(identity), now=NOW + 120)


def test_keys_are_created_once_and_are_private(tmp_path: Path) -> None:
    """The same folder gives the same keys, and only their owner can read them."""
    first, second = DevIdentityProvider(tmp_path / "new"), DevIdentityProvider(tmp_path / "new")
    assert first.build_jwks() == second.build_jwks()
    assert first.secret == second.secret
    modes = {file.stat().st_mode & 0o777 for file in (tmp_path / "new").iterdir()}
    assert modes == {0o600}


def test_a_profile_is_read_from_json(tmp_path: Path) -> None:
    """Without "sub" the file's name becomes the subject."""
    file = tmp_path / "ada.json"
    file.write_text(json.dumps({"locale": "de", "slots": {"name": "Ada"}}))
    assert read_profile(file) == DevVisitor(subject="ada", locale="de", slots={"name": "Ada"})


@pytest.mark.parametrize("text", ["[]", "{", '{"nickname": "Ada"}'])
def test_a_file_without_a_profile_is_refused(tmp_path: Path, text: str) -> None:
    """The message names the file and no value in it."""
    file = tmp_path / "ada.json"
    file.write_text(text)
    with pytest.raises(InputRefused, match=r"ada\.json"):
        read_profile(file)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"case": [1]}', "case is list; write an object"),
        ('{"slots": "x"}', "slots is str; write an object"),
        ('{"locale": 1}', "locale is int; write a string"),
        ('{"case": {"tier": 1}}', "write the value of every dimension as a string"),
        ('{"slots": {"name": "\\ud800"}}', "not valid Unicode"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_profile_of_the_wrong_shape_is_refused(tmp_path: Path, text: str, message: str) -> None:
    """The message says what is wrong and what to write."""
    file = tmp_path / "ada.json"
    file.write_text(text)
    with pytest.raises(InputRefused, match=message):
        read_profile(file)
