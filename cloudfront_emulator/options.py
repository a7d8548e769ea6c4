"""The options of `python -m cloudfront_emulator`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from cloudfront_emulator.network import DEFAULT_COUNTRY


def parse_options(arguments: Sequence[str] | None, *, about: str | None) -> argparse.Namespace:
    """What was asked for; ends the process with a usage line for what cannot be."""
    parser = argparse.ArgumentParser(prog="cloudfront_emulator", description=about)
    add = parser.add_argument
    add("--template", type=Path, required=True, help="the CloudFormation of the stack, as JSON")
    add("--distribution", help="its logical id, where the template has several")
    add("--map", action="append", default=[], type=_parse_pair, metavar="ORIGIN=URL", help="by id")
    add("--bundle", action="append", default=[], type=_parse_pair, metavar="FUNCTION=FOLDER")
    add("--lenient", action="store_true", help="serve without what is not supported")
    add("--host", default="127.0.0.1")
    add("--port", type=_parse_port, default=8080)
    add("--control", type=_parse_port, metavar="PORT", help="the clock, faults and invalidations")
    add(
        "--aws-endpoint",
        type=_parse_url,
        metavar="URL",
        help="an AWS emulator; its create_invalidation is heeded",
    )
    add(
        "--pops", type=_parse_count, default=1, help="edge locations before the regional edge cache"
    )
    add(
        "--country",
        type=_parse_country,
        default=DEFAULT_COUNTRY,
        help="of every viewer (CloudFront-Viewer-Country)",
    )
    add("--profile", choices=("current", "conservative"), default="current", help="of the limits")
    add("--python", default=sys.executable, help="the interpreter that runs edge functions")
    add(
        "--library",
        action="append",
        default=[],
        type=_parse_folder,
        help="for functions to import from",
    )
    return parser.parse_args(arguments)


def _parse_pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def _parse_count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 64")
    return int(text)


def _parse_port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 65535")
    return int(text)


def _parse_url(text: str) -> str:
    if urlsplit(text).scheme not in ("http", "https") or not urlsplit(text).netloc:
        raise argparse.ArgumentTypeError(f"{text!r} is not http://HOST:PORT")
    return text


def _parse_country(text: str) -> str:
    if not (len(text) == 2 and text.isascii() and text.isalpha() and text.isupper()):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a country's code such as {DEFAULT_COUNTRY}"
        )
    return text


def _parse_folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is no folder")
    return Path(text)
