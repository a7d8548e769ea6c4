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
def test_what_it_mints_verifies(tmp_path: Path, alg: SigningAlgorithm) -> None:
    """The edge's own verification accepts both kinds and reads the same claims."""
    identity = DevIdentityProvider(tmp_path)
    token = identity.mint_token(ADA, now=NOW, alg=alg)
    claims = verify_token(token, trust=trust_in(identity), now=NOW)
    assert (claims.subject, claims.locale) == ("ada", "de")
    assert (claims.case, claims.slots) == ({"tier": "gold"}, {"name": "Ada 🌊"})


def test_a_token_ends_with_its_ttl(tmp_path: Path) -> None:
    """After `ttl` seconds and the leeway it is refused."""
    identity = DevIdentityProvider(tmp_path)
    token = identity.mint_token(ADA, now=NOW, ttl=60)
    with pytest.raises(TokenRefused):
        verify_token(token, trust=trust_in(identity), now=NOW + 120)


def test_keys_are_made_once_and_are_private(tmp_path: Path) -> None:
    """The same folder has the same keys, readable by their owner alone."""
    first, second = DevIdentityProvider(tmp_path / "new"), DevIdentityProvider(tmp_path / "new")
    assert first.build_jwks() == second.build_jwks()
    assert first.secret == second.secret
    modes = {file.stat().st_mode & 0o777 for file in (tmp_path / "new").iterdir()}
    assert modes == {0o600}


def test_a_profile_is_read_from_json(tmp_path: Path) -> None:
    """Without "sub" the file's name is the subject."""
    file = tmp_path / "ada.json"
    file.write_text(json.dumps({"locale": "de", "slots": {"name": "Ada"}}))
    assert read_profile(file) == DevVisitor(subject="ada", locale="de", slots={"name": "Ada"})


@pytest.mark.parametrize("text", ["[]", "{", '{"nickname": "Ada"}'])
def test_a_file_that_is_no_profile_is_refused_by_name(tmp_path: Path, text: str) -> None:
    """The refusal names the file, and no value in it."""
    file = tmp_path / "ada.json"
    file.write_text(text)
    with pytest.raises(InputRefused, match=r"ada\.json"):
        read_profile(file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"case": [1]}', "case is list; write an object"),
        ('{"slots": "x"}', "slots is str; write an object"),
        ('{"locale": 1}', "locale is int; write a string"),
        ('{"case": {"tier": 1}}', "every dimension's value is a string"),
        ('{"slots": {"name": "\\ud800"}}', "no Unicode text"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_profile_of_another_shape_is_refused_in_words(
    tmp_path: Path, text: str, said: str
) -> None:
    """What is wrong and what to write, never a traceback."""
    file = tmp_path / "ada.json"
    file.write_text(text)
    with pytest.raises(InputRefused, match=said):
        read_profile(file)
