"""API keys: which callers may use the service. Keys are compared in constant time, never logged.

Clients send `Authorization: Bearer <key>`, as to OpenAI and vLLM (`--api-key`,
docs.vllm.ai/en/latest/serving/openai_compatible_server.html).
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from edgefill.core.errors import InputRefused
from gpu_service.settings import PREFIX, GpuServiceSettings

MIN_KEY_CHARS = 16
REMEDY = (
    f"set {PREFIX}API_KEYS or {PREFIX}API_KEYS_FILE, or {PREFIX}ALLOW_OPEN=1 on a closed network"
)


@dataclass(frozen=True, slots=True)
class ApiKeys:
    """The digests of the accepted API keys; without any, every caller is accepted."""

    digests: tuple[bytes, ...] = ()

    def identify_caller(self, authorization: str, address: str) -> str | None:
        """A name for the caller, which reveals nothing of its key; None when it is refused."""
        if not self.digests:
            return f"address:{address}"
        scheme, _, key = authorization.partition(" ")
        digest = _hash_key(key.strip()) if scheme.lower() == "bearer" else b""
        matches = [
            hmac.compare_digest(digest, accepted) for accepted in self.digests
        ]  # compare with all of them, always
        return f"key:{matches.index(True)}" if any(matches) else None


def read_api_keys(settings: GpuServiceSettings) -> ApiKeys:
    """The API keys of `settings`; InputRefused when there are none and the host is public."""
    keys = [key.strip() for key in settings.api_keys.split(",")]
    if settings.api_keys_file:
        keys += _read_key_file(Path(settings.api_keys_file))
    keys = [key for key in keys if key]
    if any(len(key) < MIN_KEY_CHARS or not key.isascii() for key in keys):
        raise InputRefused(
            f"{PREFIX}API_KEYS: a key must have at least {MIN_KEY_CHARS} ASCII characters"
        )
    if not (keys or settings.allow_open or _is_loopback(settings.host)):
        raise InputRefused(
            f"{PREFIX}HOST: {settings.host} is reachable from other machines; {REMEDY}"
        )
    return ApiKeys(tuple(_hash_key(key) for key in keys))


def _read_key_file(path: Path) -> list[str]:
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        reason = type(error).__name__
        raise InputRefused(f"{PREFIX}API_KEYS_FILE: {path}: unreadable ({reason})") from None
    keys = [line for line in lines if line and not line.startswith("#")]
    if not keys:
        raise InputRefused(f"{PREFIX}API_KEYS_FILE: {path}: it holds no key; write one per line")
    return keys


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _hash_key(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()
