"""Requests for templates of the demo shop, and what became of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any, Literal

import httpx

from edgefill.catalogue.loader import load_catalogue
from edgefill.catalogue.prompts import PromptTemplates
from edgefill.compiler.compile import CompiledTemplate, check_template
from edgefill.core.errors import EdgefillError, InvalidEngineOutput
from edgefill.core.keys import Key, parse_key
from edgefill.drafting.writers.generator import GenerationOrder
from edgefill.drafting.writers.wire import draft_from_json, order_to_json

# One key of every format: html, text and json.
KEYS = ("order-delayed/en/any.any", "pickup-ready/de/any", "order-delivered/en/any")
ATTEMPTS = 4  # seeds of a key, because the lint also judges a text's quality
TIMEOUT_S = 180.0  # longer than a whole task takes to stop, so an unanswered request is seen
Kind = Literal["answered", "refused", "lost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOutcome:
    """What became of one request.

    `answered` has a whole text. `refused` is a 503 or 429 with Retry-After, after which the API
    serves a fallback and queues the key. Everything else, such as a broken connection, is `lost`.
    """

    kind: Kind
    detail: str
    body: Mapping[str, Any] | None = None


class DemoDrafts:
    """Builds and checks requests for the demo shop's templates in the folder `templates`."""

    def __init__(self, templates: Path) -> None:
        self._templates = templates

    @cached_property
    def _catalogue(self) -> Any:
        return load_catalogue(self._templates / "catalogue")

    @cached_property
    def _prompts(self) -> PromptTemplates:
        return PromptTemplates.load(self._templates / "prompts")

    def build_order(self, key: Key, *, seed: int) -> GenerationOrder:
        """The order that the API would send for `key`."""
        entry = self._catalogue.entry(key.experience)
        experience = entry.experience
        return GenerationOrder(
            prompt=self._prompts.render_draft(self._catalogue, key, entry.tone_of(key.case)),
            format=experience.format,
            slots=experience.slots,
            fields=experience.fields,
            max_chars=experience.max_chars,
            seed=seed,
        )

    def iterate_bodies(self) -> Iterator[dict[str, Any]]:
        """Bodies of `POST /v1/templates` without end, each with a seed of its own."""
        orders = [self.build_order(parse_key(key), seed=0) for key in KEYS]
        for seed in count(1):
            yield order_to_json(replace(orders[seed % len(orders)], seed=seed))

    def write_template(self, client: httpx.Client, name: str) -> str:
        """Request a template of the key `name` until it compiles; returns its text.

        InvalidEngineOutput when it breaks the grammar or when none of ATTEMPTS compiles.
        """
        key, complaint = parse_key(name), ""
        for seed in range(1, ATTEMPTS + 1):
            outcome = send_request(
                client, "/v1/templates", order_to_json(self.build_order(key, seed=seed))
            )
            if outcome.kind != "answered":
                raise InvalidEngineOutput(f"{name}: {outcome.detail}")
            text = draft_from_json(outcome.body, origin=name, seconds=0).text
            experience = self._catalogue.entry(key.experience).experience
            checked = check_template(text, experience=experience, locale=key.locale, name=name)
            if isinstance(checked, CompiledTemplate):
                return text
            complaint = f"{checked[0]}: {text!r}"
        raise InvalidEngineOutput(f"{name}: no text compiles; the last one: {complaint}")


def send_request(client: httpx.Client, path: str, body: Mapping[str, Any]) -> RequestOutcome:
    """Send one request to the service and classify the answer; no exception."""
    try:
        response = client.post(path, json=body, timeout=TIMEOUT_S)
        if response.status_code in (429, 503) and "Retry-After" in response.headers:
            return RequestOutcome(kind="refused", detail=_describe(response))
        if response.status_code != httpx.codes.OK:
            return RequestOutcome(kind="lost", detail=_describe(response))
        answer = response.json()
    except (httpx.HTTPError, ValueError, EdgefillError) as error:
        return RequestOutcome(kind="lost", detail=f"{type(error).__name__}: {error}")
    return RequestOutcome(kind="answered", detail="", body=answer)


def _describe(response: httpx.Response) -> str:
    return f"{response.status_code} {response.text[:200]}"
