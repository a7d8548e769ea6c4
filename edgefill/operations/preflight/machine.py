"""Checks of this machine: Python, ports, disk, memory, chromium, clock."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from edgefill.local.stack.ports import StackPortInUse, reserve_port
from edgefill.operations.check_result import CheckResult, fail_check, pass_check, warn_check

GIB = 2**30
MIN_PYTHON = (3, 11)
MIN_DISK_BYTES = 4 * GIB  # .venv takes 1.5 GiB with the development tools, node_modules and builds
MIN_MEMORY_BYTES = 2 * GIB  # six processes, one of them with a model
# Signature Version 4 refuses requests that differ by more (IAM User Guide, "Troubleshoot Signature
# Version 4 signing"); tokens allow less, so the warning comes earlier.
MAX_SKEW_S, WARN_SKEW_S = 300, 30
TIME_URL = "https://sts.us-east-1.amazonaws.com/"
TIME_TIMEOUT_S = 5.0


def check_python(version: tuple[int, ...] = sys.version_info[:3]) -> CheckResult:
    """Python is new enough."""
    text = ".".join(map(str, version))
    if version[:2] >= MIN_PYTHON:
        return pass_check("python", text)
    return fail_check("python", text, remedy="install 3.11 or newer, then make PYTHON=python3.11")


def check_port(port: int) -> CheckResult:
    """A process can listen on the CDN's port; the others are any free ports."""
    try:
        reserve_port(port)
    except StackPortInUse:
        return warn_check(
            "port",
            f"{port} is in use, perhaps by a running `edgefill up`",
            remedy="stop that process or use `edgefill up --port 0`",
        )
    return pass_check("port", f"{port} is free")


def check_disk(folder: Path, free_bytes: int | None = None) -> CheckResult:
    """The disk of `folder` has room for the environment, the builds and a stack's state."""
    free = shutil.disk_usage(folder).free if free_bytes is None else free_bytes
    text = f"{free / GIB:.1f} GiB free"
    if free >= MIN_DISK_BYTES:
        return pass_check("disk", text)
    needed = MIN_DISK_BYTES // GIB
    return fail_check("disk", text, remedy=f"make room for {needed} GiB; `make clean` frees some")


def check_memory(available_bytes: int | None) -> CheckResult:
    """Enough memory is available for the local stack; None: this system does not say."""
    if available_bytes is None:
        return warn_check("memory", "unknown", remedy="the local stack needs about 2 GiB")
    text = f"{available_bytes / GIB:.1f} GiB available"
    if available_bytes >= MIN_MEMORY_BYTES:
        return pass_check("memory", text)
    return warn_check("memory", text, remedy="close programs: the local stack needs about 2 GiB")


def read_available_memory(meminfo: Path = Path("/proc/meminfo")) -> int | None:
    """MemAvailable (proc_meminfo(5)), elsewhere all physical memory, None when unknown; bytes."""
    try:
        for line in meminfo.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return None


def check_chromium(find_program: Callable[[str], str | None] = shutil.which) -> CheckResult:
    """Chromium is there; only the browser test needs it."""
    found = find_program("chromium") or find_program("chromium-browser")
    text = found or "not installed; only the browser test needs it, and is skipped"
    return pass_check("chromium", text)


def check_clock(remote: datetime | None, now: datetime, *, is_required: bool) -> CheckResult:
    """The clock agrees with AWS's; `remote` None: it could not be asked."""
    if remote is None:
        return warn_check(
            "clock",
            f"{TIME_URL} does not answer, so it is not compared",
            remedy="check the network",
        )
    skew = abs((remote - now).total_seconds())
    text = f"{skew:.0f} s from AWS's"
    if skew <= WARN_SKEW_S:
        return pass_check("clock", text)
    remedy = "switch on time synchronisation, e.g. `sudo timedatectl set-ntp true`"
    if is_required and skew > MAX_SKEW_S:
        return fail_check("clock", f"{text}; AWS refuses such requests", remedy=remedy)
    return warn_check("clock", f"{text}; tokens may be refused", remedy=remedy)


def fetch_remote_time(url: str = TIME_URL) -> datetime | None:
    """The Date of an answer of AWS, whatever its status (RFC 9110, 6.6.1); None without one."""
    request = Request(url, method="HEAD")  # noqa: S310 TIME_URL, or a test's
    try:
        with urlopen(request, timeout=TIME_TIMEOUT_S) as response:  # noqa: S310
            date = response.headers.get("Date")
    except HTTPError as error:
        date = error.headers.get("Date")
    except (URLError, OSError):
        return None
    try:
        return parsedate_to_datetime(date).astimezone(UTC) if date else None
    except ValueError:
        return None
