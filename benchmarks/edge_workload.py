"""Builds the workload of the edge's benchmarks: a visitor's request and the objects it needs.

`wide` is a page of 2 KB with ten text slots, all in the token; `shop` is the demo shop's
`order-delayed` with its hand-written German text.
"""

from __future__ import annotations

import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from benchmarks.fill import build_template
from edgefill.catalogue.loader import load_catalogue
from edgefill.compiler import compile_template
from edgefill.core.cases import CaseSpec, Dimension
from edgefill.core.experience import Experience
from edgefill.core.slots import Slot
from edgefill.local.services.identity import (
    AUDIENCE,
    ISSUER,
    DevIdentityProvider,
    DevVisitor,
    SigningAlgorithm,
)
from edgefill.packs.layout import POINTER, pack_key
from edgefill.packs.pack import pack_to_json
from edgefill.packs.pointer import Channel, Pointer, pointer_to_json

ROOT = Path(__file__).parent.parent
EVENT = ROOT / "tests" / "events" / "cloudfront_origin_request.json"
NAMES = ("first", "last", "city", "street", "product", "carrier", "agent", "shop", "plan", "gift")
ADA = ("Ada", "Lovelace", "London", "12 St James's Square", "Tea & biscuits", "Hermes Parcel",
       "Grace", "Edgefill Fine Goods", "Gold", "A box of chocolates")  # fmt: skip
SHOP_ADA = {
    "name": "Ada",
    "order_id": "AB-1234-X",
    "new_date": "2026-12-01",
    "voucher": "10.00 EUR",
}
Page = Literal["wide", "shop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeWorkload:
    """The edge's configuration, the objects in its store by path, and a visitor's event."""

    config: dict[str, Any]
    objects: dict[str, bytes]
    event: dict[str, Any]


def build_edge_workload(page: Page, alg: SigningAlgorithm) -> EdgeWorkload:
    """The request of a gold customer who requests `page` with a token signed by `alg`."""
    experience, locale, text, slots = _load_shop_page() if page == "shop" else _build_wide_page()
    compiled = compile_template(text, experience=experience, locale=locale, name=experience.id)
    pack = pack_to_json(
        release="r20261123T090000-abcdef",
        experience=experience,
        locale=locale,
        fallback=compiled.program,
        programs=dict.fromkeys(experience.cases.names, compiled.program),
    )
    channel = Channel(release=pack["release"], experiences={experience.id: ("en", "de")})
    pointer = Pointer(current=channel, default_locale="en", locale_fallbacks={})
    objects = {
        POINTER: pointer_to_json(pointer),
        pack_key(channel.release, experience.id, locale): pack,
    }
    with tempfile.TemporaryDirectory() as folder:
        identity = DevIdentityProvider(Path(folder))
        profile = DevVisitor(subject="u-1815", locale=locale, case={"tier": "gold"}, slots=slots)
        token = identity.mint_token(profile, now=time.time(), ttl=86_400, alg=alg)
        config = {"issuer": ISSUER, "audience": AUDIENCE, "jwks": identity.build_jwks()}
        secret = {"hs256_secret": identity.secret} if alg == "HS256" else {}
    return EdgeWorkload(
        config=config | secret,
        objects={path: json.dumps(data).encode() for path, data in objects.items()},
        event=_build_event(f"/p/{experience.id}", token),
    )


def _build_wide_page() -> tuple[Experience, str, str, dict[str, Any]]:
    slots = tuple(Slot(name=name, type="text", personal=True) for name in NAMES)
    tier = Dimension(name="tier", values=("gold", "basic"), default="basic")
    experience = Experience(
        id="wide",
        version="1",
        format="html",
        slots=slots,
        cases=CaseSpec(dimensions=(tier,), names=("gold", "basic")),
        max_chars=5000,
    )
    return experience, "en", build_template(slots), dict(zip(NAMES, ADA, strict=True))


def _load_shop_page() -> tuple[Experience, str, str, dict[str, Any]]:
    entry = load_catalogue(ROOT / "templates" / "catalogue").entry("order-delayed")
    return entry.experience, "de", entry.fallbacks["de"], SHOP_ADA


def _build_event(path: str, token: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(EVENT.read_text())
    request = event["Records"][0]["cf"]["request"]
    request["uri"] = path
    cookie = f"theme=dark; edgefill_profile={token}; session=0123456789abcdef"
    request["headers"]["cookie"] = [{"key": "Cookie", "value": cookie}]
    languages = "de-AT,de;q=0.9,en;q=0.7"
    request["headers"]["accept-language"] = [{"key": "Accept-Language", "value": languages}]
    return event
