"""What a container's image says of its process, and the image of gpu_service as a folder here.

`docker build` is replayed as far as a process needs it: the sources are copied, and the packages of
requirements.txt are installed into a new environment of the base image's Python.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from edgefill.core.errors import EdgefillError, InputRefused
from edgefill.local.gpu_rehearsal.assembly import ImageSource

_BASE = re.compile(r"python:(\d+\.\d+)\b")
IGNORED = frozenset({"RUN", "WORKDIR", "USER", "EXPOSE", "COPY"})  # `build_image` replays them
_SHOWN_LINES = 5  # lines of a failed command that are shown


class ImageFailed(EdgefillError):
    """The image could not be built; the text ends with the command's last lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageConfig:
    """The process of an image: ENTRYPOINT and CMD, ENV, STOPSIGNAL.

    ECS sends SIGTERM unless the image names another signal (docs.aws.amazon.com/AmazonECS/latest/
    developerguide, load-balancer-connection-draining). `python` is the version of the base image.
    """

    entry_point: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: str = "SIGTERM"
    python: str = ""


def read_image(source: ImageSource) -> ImageConfig:
    """The configuration that the Dockerfile declares; InputRefused for what cannot be read."""
    words: dict[str, tuple[str, ...]] = {"ENTRYPOINT": (), "CMD": ()}
    environment: dict[str, str] = {}
    stop_signal, python = "SIGTERM", ""
    for name, argument in _list_instructions(source.dockerfile):
        if name in words:
            words[name] = _parse_command(source, name, argument)
        elif name == "ENV":
            environment |= dict(pair.split("=", 1) for pair in shlex.split(argument))
        elif name == "STOPSIGNAL":
            stop_signal = argument
        elif name == "FROM" and (base := _BASE.search(argument)):
            python = base[1]
        elif name not in IGNORED:
            raise InputRefused(f"{source.dockerfile}: {name} {argument}: not known here")
    return ImageConfig(
        entry_point=words["ENTRYPOINT"] + words["CMD"],
        environment=environment,
        stop_signal=stop_signal,
        python=python,
    )


def _list_instructions(dockerfile: Path) -> Iterator[tuple[str, str]]:
    """Each instruction with its argument; lines that end with a backslash continue."""
    lines = [line for line in dockerfile.read_text().splitlines() if not line.startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if line.strip():
            name, _, argument = line.strip().partition(" ")
            yield name.upper(), argument.strip()


def _parse_command(source: ImageSource, name: str, argument: str) -> tuple[str, ...]:
    try:
        return tuple(json.loads(argument))
    except ValueError:
        raise InputRefused(
            f"{source.dockerfile}: {name} {argument}: write it as a JSON list; a shell would not"
            " forward the stop signal"
        ) from None


def build_image(source: ImageSource, folder: Path, *, python: str) -> Path:
    """Build the image's files under `folder` for interpreter `python`; returns its work folder.

    The environment is `folder`/env. ImageFailed; InputRefused for another Python than the image's.
    """
    required = read_image(source).python
    _check_python(python, required)
    uv = [sys.executable, "-m", "uv"]
    _run([*uv, "venv", "--quiet", "--python", python, str(folder / "env")])
    requirements = str(source.folder / "requirements.txt")
    target = str(folder / "env" / "bin" / "python")
    _run([*uv, "pip", "install", "--quiet", "--python", target, "-r", requirements])
    return Path(shutil.copytree(source.folder, folder / "files"))


def _check_python(python: str, required: str) -> None:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    version = _run([python, "-I", "-c", code]).strip()
    if version != required:
        raise InputRefused(
            f"--python: {python} is Python {version}; the image has Python {required or 'unknown'}"
        )


def _run(command: list[str]) -> str:
    try:
        result = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise ImageFailed(f"{command[0]}: {error.strerror}") from error
    if result.returncode:
        last = " ".join((result.stdout + result.stderr).splitlines()[-_SHOWN_LINES:])
        raise ImageFailed(f"{' '.join(command[:4])} ... ended with {result.returncode}: {last}")
    return result.stdout
