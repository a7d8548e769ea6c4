"""Public keys are checked before they are bundled."""

import json
from pathlib import Path
from typing import Any

import pytest

from edgefill.core.errors import InputRefused
from edgefill.local.services.identity import DevIdentityProvider
from infra.bundles.public_keys import list_key_warnings, read_public_keys


def write_keys(folder: Path, content: Any) -> Path:
    path = folder / "keys.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_the_keys_of_an_issuer_are_read(tmp_path: Path) -> None:
    """Keys of other types stay in the set; the edge ignores them (RFC 7517, section 5)."""
    keys = [
        *DevIdentityProvider(tmp_path).build_jwks()["keys"],
        {"kty": "EC", "crv": "P-256", "x": "x", "y": "y"},
    ]
    assert read_public_keys(write_keys(tmp_path, {"keys": keys})) == {"keys": keys}


def test_keys_that_verify_nothing_are_listed_by_name(tmp_path: Path) -> None:
    """Next to good ones they are no error; an empty set is said to accept nobody."""
    keys = DevIdentityProvider(tmp_path).build_jwks()["keys"]
    assert list_key_warnings({"keys": keys}) == []
    (warning,) = list_key_warnings({"keys": [*keys, {"kty": "EC", "kid": "new"}]})
    assert warning == "skipped keys[1] (kid 'new'): kty 'EC' is not 'RSA'"
    (warning,) = list_key_warnings(read_public_keys(write_keys(tmp_path, {"keys": []})))
    assert "every visitor is anonymous" in warning


def test_a_private_key_is_refused_and_not_shown(tmp_path: Path) -> None:
    """The message names the members and not their values (RFC 7518, section 6.3.2)."""
    (key,) = DevIdentityProvider(tmp_path).build_jwks()["keys"]
    with pytest.raises(InputRefused, match=r"keys\[0\] contains a secret \(d, p\)") as refused:
        read_public_keys(
            write_keys(tmp_path, {"keys": [{**key, "p": "confidential", "d": "confidential"}]})
        )
    assert "confidential" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ([], "not a JWK set"),
        ({"keys": {}}, "not a JWK set"),
        ({"keys": ["x"]}, "not a JWK set"),
        ({"keys": [{"kty": "oct", "k": "x"}]}, r"keys\[0\] contains a secret \(k\)"),
        ({"keys": [{"kty": "RSA", "kid": "a", "n": "AQAB", "e": "AQAB"}]}, r"\(kid 'a'\): RSA key"),
        ({"keys": [{"kty": "EC", "kid": "p256"}]}, r"keys.json: no key .*\(kid 'p256'\): kty 'EC'"),
        ({"keys": [{"kty": "RSA", "kid": "a", "use": "enc"}]}, "use 'enc' is not 'sig'"),
    ],
)
def test_an_invalid_set_of_public_keys_is_refused(
    tmp_path: Path, content: Any, message: str
) -> None:
    """The message has the file, the key and the error."""
    with pytest.raises(InputRefused, match=message):
        read_public_keys(write_keys(tmp_path, content))


def test_two_keys_with_the_same_kid_are_refused(tmp_path: Path) -> None:
    """The edge could not tell which one signed a token."""
    with pytest.raises(InputRefused, match="another key has the same kid"):
        read_public_keys(
            write_keys(tmp_path, {"keys": DevIdentityProvider(tmp_path).build_jwks()["keys"] * 2})
        )


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The message has the path as it was written."""
    with pytest.raises(InputRefused, match=r"nowhere\.json: No such file"):
        read_public_keys(tmp_path / "nowhere.json")
