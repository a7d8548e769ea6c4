"""The configuration of one edge deployment: a JSON file in the bundle.

Lambda@Edge has no environment variables (AWS: Restrictions on Lambda@Edge, lambda-at-edge-
function-restrictions.html).
"""

from __future__ import annotations

from edgefill.core.errors import InputRefused
from edgefill.core.value import value
from edgefill.identity.trust import Trust

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

FILE = "config.json"  # in the folder of this module


@value
class EdgeConfig:
    """Times are in seconds, sizes in bytes."""

    trust: Trust
    store_url: str | None = None  # None: through the CDN's own domain
    fallback_store_url: str | None = None  # S3's regional endpoint
    question_key: str = ""  # secret in the paths of answers; "": from the distribution
    pointer_ttl_s: float = 2
    overlay_ttl_s: float = 30
    negative_ttl_s: float = 5
    cache_bytes: int = 64 * 1024 * 1024
    fetch_timeout_s: float = 0.5  # for each source
    refresh_timeout_s: float = 0.25  # for each source, with a stale copy in memory


def parse_config(data: Mapping[str, Any]) -> EdgeConfig:
    """The configuration in `data`; InputRefused names the member that is missing or wrong."""
    fields = dict(data)
    try:
        secret = fields.pop("hs256_secret", None)
        trust = Trust(
            issuer=str(fields.pop("issuer")),
            audience=str(fields.pop("audience")),
            keys=fields.pop("jwks", {"keys": []})["keys"],
            hs256_secret=secret.encode() if secret else None,
            leeway=float(fields.pop("leeway_s", 30)),
        )
        return EdgeConfig(trust=trust, **fields)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputRefused(
            f"{FILE} of the edge: {error}; see EdgeConfig for its members"
        ) from error


def load_bundled_config(folder: str = __file__.rpartition("/")[0]) -> EdgeConfig:
    """The configuration in the bundle; InputRefused."""
    from json import load  # noqa: PLC0415 9 ms that a bare import can spare

    with open(f"{folder}/{FILE}", encoding="utf-8") as file:  # noqa: PTH123 pathlib costs 10 ms
        return parse_config(load(file))
