"""The configuration of one edge deployment."""

import json
from pathlib import Path
from typing import Any

import pytest

from edgefill.core.errors import InputRefused
from lambdas.edge.config import load_bundled_config, parse_config

LEAST: dict[str, Any] = {"issuer": "shop", "audience": "edgefill"}


def test_issuer_and_audience_are_enough() -> None:
    """Everything else has a default."""
    config = parse_config(LEAST)
    assert config.trust.issuer == "shop"
    assert config.store_url is None
    assert config.pointer_ttl_s == 2


def test_every_member_is_read() -> None:
    """Those of `EdgeConfig` and those of its trust."""
    data = {"jwks": {"keys": []}, "hs256_secret": "x" * 32, "leeway_s": 5, "cache_bytes": 9}
    config = parse_config(LEAST | data)
    assert config.trust.leeway == 5
    assert config.trust.find_key(None) is not None
    assert config.cache_bytes == 9


@pytest.mark.parametrize(
    ("data", "member"),
    [
        ({"audience": "edgefill"}, "issuer"),
        (LEAST | {"colour": "red"}, "colour"),
        (LEAST | {"jwks": {}}, "keys"),
        (LEAST | {"jwks": None}, "NoneType"),
        (LEAST | {"jwks": {"keys": [{"kty": "RSA", "kid": "k"}]}}, "'n' is missing"),
        (LEAST | {"hs256_secret": "short"}, "at least 32"),
        (LEAST | {"hs256_secret": 7}, "int"),
        (LEAST | {"leeway_s": "soon"}, "soon"),
    ],
)
def test_a_wrong_file_is_refused_by_member(data: dict[str, Any], member: str) -> None:
    """When it is read, not at a visitor's request."""
    with pytest.raises(InputRefused, match=f"config.json of the edge: .*{member}"):
        parse_config(data)


def test_the_bundled_file_is_read(tmp_path: Path) -> None:
    """From the module's folder, or from another."""
    (tmp_path / "config.json").write_text(json.dumps(LEAST))
    assert load_bundled_config(str(tmp_path)).trust.audience == "edgefill"
