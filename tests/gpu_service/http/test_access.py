"""Who may ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgefill.core.errors import InputRefused
from gpu_service.http.access import read_api_keys
from gpu_service.settings import GpuServiceSettings

KEY, OTHER = "k" * 16, "o" * 16


def test_a_key_lets_its_owner_in_under_a_name_that_is_not_the_key() -> None:
    """Keys from the setting and the file; the name tells callers apart."""
    keys = read_api_keys(GpuServiceSettings(api_keys=f"{KEY}, {OTHER}"))
    assert keys.identify_caller(f"Bearer {KEY}", "") == "key:0"
    assert keys.identify_caller(f"bearer {OTHER}", "") == "key:1"
    assert KEY not in repr(keys)


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", f"Basic {KEY}", KEY, "Bearer \udce4"])
def test_anything_else_is_nobody(given: str) -> None:
    """No scheme but Bearer, no key but a whole one."""
    assert read_api_keys(GpuServiceSettings(api_keys=KEY)).identify_caller(given, "1.2.3.4") is None


def test_a_file_holds_keys(tmp_path: Path) -> None:
    """One a line; comments and blanks are none."""
    path = tmp_path / "keys"
    path.write_text(f"# the shop\n{KEY}\n\n{OTHER}\n")
    keys = read_api_keys(GpuServiceSettings(api_keys_file=str(path), host="0.0.0.0"))
    assert keys.identify_caller(f"Bearer {OTHER}", "") == "key:1"


def test_without_keys_this_machine_alone_may_ask() -> None:
    """Loopback is open, callers told apart by address; another host is refused with the remedy."""
    for host in ("127.0.0.1", "::1", "localhost"):
        assert (
            read_api_keys(GpuServiceSettings(host=host)).identify_caller("", "::1") == "address:::1"
        )
    with pytest.raises(InputRefused, match=r"HOST: 0\.0\.0\.0 is reachable.*API_KEYS"):
        read_api_keys(GpuServiceSettings(host="0.0.0.0"))
    assert read_api_keys(GpuServiceSettings(host="0.0.0.0", allow_open=True)).digests == ()


@pytest.mark.parametrize("text", ["short", "ä" * 20])
def test_a_weak_key_is_refused_without_repeating_it(text: str) -> None:
    """16 ASCII characters at least."""
    with pytest.raises(InputRefused, match="16 ASCII") as refused:
        read_api_keys(GpuServiceSettings(api_keys=text))
    assert text not in str(refused.value)


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe"])
def test_an_unusable_file_of_keys_is_refused(tmp_path: Path, content: bytes | None) -> None:
    """Missing, empty or no text: the service does not start open by mistake."""
    path = tmp_path / "keys"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputRefused, match="API_KEYS_FILE"):
        read_api_keys(GpuServiceSettings(api_keys_file=str(path)))


def test_settings_print_no_key() -> None:
    """A log of the settings gives nothing away."""
    assert KEY not in repr(GpuServiceSettings(api_keys=KEY, url_key=KEY))
