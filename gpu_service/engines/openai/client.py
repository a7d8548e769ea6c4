"""Make engine `openai` from the settings: its URL, API key and timeouts."""

from __future__ import annotations

from typing import get_args

import httpx

from edgefill.core.errors import InputRefused
from gpu_service.engines.adapter_setting import parse_adapters
from gpu_service.engines.openai.engine import OpenAIEngine
from gpu_service.engines.openai.failures import RetryPolicy
from gpu_service.engines.openai.request import Structured
from gpu_service.settings import PREFIX, GpuServiceSettings

CONNECT_S = 5.0


def make_openai_engine(settings: GpuServiceSettings) -> OpenAIEngine:
    """The engine, not started; InputRefused names the setting that cannot be used."""
    structured: dict[str, Structured] = {name: name for name in get_args(Structured)}
    if settings.url_structured not in structured:
        raise InputRefused(f"{PREFIX}URL_STRUCTURED: write one of {', '.join(structured)}")
    url = httpx.URL(settings.url)
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise InputRefused(f"{PREFIX}URL: write the server's base URL, such as http://HOST:PORT/v1")
    key = settings.url_key
    if not (key.isascii() and key.isprintable()):
        raise InputRefused(f"{PREFIX}URL_KEY: a key is printable ASCII")
    client = httpx.AsyncClient(
        base_url=url,
        headers={"Authorization": f"Bearer {key}"} if key else {},
        timeout=httpx.Timeout(settings.url_timeout_s, connect=CONNECT_S),
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
    )
    return OpenAIEngine(
        client,
        name=settings.model_name,
        model=settings.url_model,
        adapters=parse_adapters(settings.adapters),
        structured=structured[settings.url_structured],
        retry=RetryPolicy(attempts=settings.url_attempts),
    )
