"""A function's bundle, a folder or a zip, which is checked before the server starts."""

from __future__ import annotations

import importlib.util
import io
import subprocess
import sys
import zipfile
from functools import lru_cache
from pathlib import Path

from cloudfront_emulator.distribution import FunctionConfig
from cloudfront_emulator.errors import FunctionRefused


def unpack(function: FunctionConfig, target: Path) -> Path:
    """The folder with the handler: the bundle, or `target` with the contents of a zip."""
    if function.code.is_dir():
        return function.code.resolve()
    try:
        with zipfile.ZipFile(function.code) as archive:
            archive.extractall(target)
    except (OSError, zipfile.BadZipFile) as error:
        raise FunctionRefused(
            f"{function.id}: its code is neither a folder nor a zip: {error}"
        ) from error
    return target


def check_size(function: FunctionConfig, limit: int) -> None:
    """FunctionRefused for a bundle above `limit` bytes, zipped.

    Source: Developer Guide, cloudfront-limits, "Maximum compressed size of a Lambda function".
    """
    size = measure_zipped(function.code)
    if size > limit:
        raise FunctionRefused(
            f"{function.id}: its bundle has {size:,} bytes zipped; its triggers allow {limit:,}"
        )


def measure_zipped(code: Path) -> int:
    """The size of a bundle as it is uploaded; a folder is zipped to measure it."""
    if code.is_file():
        return code.stat().st_size
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in code.rglob("*") if path.is_file()):
            archive.write(path, path.relative_to(code))
    return packed.tell()


def check_python(function: FunctionConfig, root: Path, python: str) -> None:
    """FunctionRefused if `python` cannot read compiled modules that lack their source."""
    readable = read_magic_number(python)
    for compiled in sorted(root.rglob("*.pyc")):
        if compiled.parent.name == "__pycache__" or compiled.with_suffix(".py").exists():
            continue
        with compiled.open("rb") as file:
            if file.read(4) == readable:
                return
        raise FunctionRefused(
            f"{function.id}: its bundle has only modules compiled for {function.runtime}, which"
            f" {python} cannot read; name an interpreter of that version with --python PATH"
        )


@lru_cache(maxsize=8)
def read_magic_number(python: str) -> bytes:
    """The first four bytes of an interpreter's compiled modules."""
    if python == sys.executable:
        return importlib.util.MAGIC_NUMBER
    ask = "import importlib.util as u; print(u.MAGIC_NUMBER.hex())"
    try:
        completed = subprocess.run(
            [python, "-I", "-S", "-c", ask], capture_output=True, text=True, check=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise FunctionRefused(
            f"--python {python}: it is not a working interpreter: {error}"
        ) from error
    return bytes.fromhex(completed.stdout.strip())
