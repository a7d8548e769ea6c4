"""The public keys: what is wrong with them is said before they are bundled."""

import json
from pathlib import Path
from typing import Any

import pytest

from edgefill.core.errors import InputRefused
from edgefill.local.services.identity import DevIdentityProvider
from infra.bundles.public_keys import read_public_keys


def file(folder: Path, content: Any) -> Path:
    path = folder / "keys.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_what_an_issuer_publishes_is_taken(tmp_path: Path) -> None:
    """And keys of other kinds are left in, to be passed over (RFC 7517, section 5)."""
    keys = [
        *DevIdentityProvider(tmp_path).build_jwks()["keys"],
        {"kty": "EC", "crv": "P-256", "x": "x", "y": "y"},
    ]
    assert read_public_keys(file(tmp_path, {"keys": keys})) == {"keys": keys}


def test_a_private_key_is_refused_and_not_shown(tmp_path: Path) -> None:
    """The members are named, their values stay out of the message (RFC 7518, section 6.3.2)."""
    (key,) = DevIdentityProvider(tmp_path).build_jwks()["keys"]
    with pytest.raises(InputRefused, match=r"keys\[0\] holds a secret \(d, p\)") as refused:
        read_public_keys(
            file(tmp_path, {"keys": [{**key, "p": "confidential", "d": "confidential"}]})
        )
    assert "confidential" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ([], "no JWK set"),
        ({"keys": {}}, "no JWK set"),
        ({"keys": ["x"]}, "no JWK set"),
        ({"keys": [{"kty": "oct", "k": "x"}]}, r"keys\[0\] holds a secret \(k\)"),
        ({"keys": [{"kty": "RSA", "kid": "a", "n": "AQAB", "e": "AQAB"}]}, "keys.json: "),
    ],
)
def test_what_is_no_set_of_public_keys_is_refused(tmp_path: Path, content: Any, says: str) -> None:
    """With the file, the key and what is wrong."""
    with pytest.raises(InputRefused, match=says):
        read_public_keys(file(tmp_path, content))


def test_two_keys_of_one_name_are_refused(tmp_path: Path) -> None:
    """The edge could not tell by which to check."""
    with pytest.raises(InputRefused, match="its own kid"):
        read_public_keys(
            file(tmp_path, {"keys": DevIdentityProvider(tmp_path).build_jwks()["keys"] * 2})
        )


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """As it was given."""
    with pytest.raises(InputRefused, match=r"nowhere\.json: No such file"):
        read_public_keys(tmp_path / "nowhere.json")
