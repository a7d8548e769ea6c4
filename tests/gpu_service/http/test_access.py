"""Which callers the service accepts."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgefill.core.errors import InputRefused
from gpu_service.http.access import read_api_keys
from gpu_service.settings import GpuServiceSettings

KEY, OTHER = "k" * 16, "o" * 16


def test_a_key_identifies_its_caller_without_revealing_itself() -> None:
    """Each key gives its caller another name."""
    keys = read_api_keys(GpuServiceSettings(api_keys=f"{KEY}, {OTHER}"))
    assert keys.identify_caller(f"Bearer {KEY}", "") == "key:0"
    assert keys.identify_caller(f"bearer {OTHER}", "") == "key:1"
    assert KEY not in repr(keys)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", f"Basic {KEY}", KEY, "Bearer \udce4"])
def test_any_other_authorization_is_refused(header: str) -> None:
    """The scheme must be Bearer and the key complete."""
    assert (
        read_api_keys(GpuServiceSettings(api_keys=KEY)).identify_caller(header, "1.2.3.4") is None
    )


def test_a_file_holds_keys(tmp_path: Path) -> None:
    """One key per line; comments and blank lines are skipped."""
    path = tmp_path / "keys"
    path.write_text(f"# the shop\n{KEY}\n\n{OTHER}\n")
    keys = read_api_keys(GpuServiceSettings(api_keys_file=str(path), host="0.0.0.0"))
    assert keys.identify_caller(f"Bearer {OTHER}", "") == "key:1"


def test_without_keys_only_this_machine_is_accepted() -> None:
    """Loopback is open and addresses name the callers; another host is refused with the remedy."""
    for host in ("127.0.0.1", "::1", "localhost"):
        assert (
            read_api_keys(GpuServiceSettings(host=host)).identify_caller("", "::1") == "address:::1"
        )
    with pytest.raises(InputRefused, match=r"HOST: 0\.0\.0\.0 is reachable.*API_KEYS"):
        read_api_keys(GpuServiceSettings(host="0.0.0.0"))
    assert read_api_keys(GpuServiceSettings(host="0.0.0.0", allow_open=True)).digests == ()


@pytest.mark.parametrize("text", ["short", "ä" * 20])
def test_a_weak_key_is_refused_without_repeating_it(text: str) -> None:
    """A key must have at least 16 ASCII characters."""
    with pytest.raises(InputRefused, match="16 ASCII") as error:
        read_api_keys(GpuServiceSettings(api_keys=text))
    assert text not in str(error.value)


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe"])
def test_an_unusable_file_of_keys_is_refused(tmp_path: Path, content: bytes | None) -> None:
    """Missing, empty or not text: the service does not start without keys by mistake."""
    path = tmp_path / "keys"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputRefused, match="API_KEYS_FILE"):
        read_api_keys(GpuServiceSettings(api_keys_file=str(path)))


def test_settings_print_no_key() -> None:
    """A log of the settings reveals no key."""
    assert KEY not in repr(GpuServiceSettings(api_keys=KEY, url_key=KEY))
