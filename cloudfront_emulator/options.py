"""The command-line options of `python -m cloudfront_emulator`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from cloudfront_emulator.network import DEFAULT_COUNTRY

EXAMPLE = """example:
  python -m cloudfront_emulator --template template.yaml --map Web=http://127.0.0.1:3000

The README of the package lists what is emulated and what is not."""


def parse_options(arguments: Sequence[str] | None, *, about: str | None) -> argparse.Namespace:
    """Parse the command line. Invalid options end the process with a usage message."""
    parser = argparse.ArgumentParser(
        prog="python -m cloudfront_emulator",
        description=about,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_template_options(parser.add_argument_group("the distribution"))
    _add_address_options(parser.add_argument_group("addresses"))
    _add_behaviour_options(parser.add_argument_group("what is emulated"))
    _add_function_options(parser.add_argument_group("Lambda@Edge functions"))
    return parser.parse_args(arguments)


def _add_template_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--template",
        type=Path,
        required=True,
        metavar="FILE",
        help="CloudFormation template, JSON or YAML",
    )
    group.add_argument(
        "--distribution",
        metavar="ID",
        help="logical id of the distribution, if the template has several",
    )
    group.add_argument(
        "--map",
        action="append",
        default=[],
        type=_parse_pair,
        metavar="ORIGIN=URL",
        help="where an origin is on this machine; ORIGIN is its id or domain name; once per origin",
    )
    group.add_argument(
        "--lenient",
        action="store_true",
        help="serve templates with unsupported properties and warn about each of them; "
        "without this option they are refused",
    )


def _add_address_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    group.add_argument(
        "--port", type=_parse_port, default=8080, help="port to listen on (%(default)s)"
    )
    group.add_argument(
        "--control",
        type=_parse_port,
        metavar="PORT",
        help="second port that controls the clock, faults and invalidations (off)",
    )
    group.add_argument(
        "--aws-endpoint",
        type=_parse_url,
        metavar="URL",
        help="AWS emulator (moto, MiniStack) whose create_invalidation takes effect here",
    )


def _add_behaviour_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--pops",
        type=_parse_count,
        default=1,
        metavar="N",
        help="edge locations in front of the regional edge cache, 1 to 64 (%(default)s); the "
        "viewer's address selects one, or the header X-Emulator-Pop: 1 to N",
    )
    group.add_argument(
        "--country",
        type=_parse_country,
        default=DEFAULT_COUNTRY,
        metavar="CC",
        help="country of all viewers, for CloudFront-Viewer-Country (%(default)s)",
    )
    group.add_argument(
        "--profile",
        choices=("current", "conservative"),
        default="current",
        help="limits of functions (%(default)s); conservative are the older limits of AWS's quota "
        "page: 128 MB, 5 s and a 1 MB zip at viewer triggers",
    )


def _add_function_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--bundle",
        action="append",
        default=[],
        type=_parse_pair,
        metavar="FUNCTION=FOLDER",
        help="run a function from FOLDER instead of its asset; FUNCTION is its logical id, with or "
        "without the CDK's hash, or its construct path within the stack",
    )
    group.add_argument(
        "--python",
        default=sys.executable,
        metavar="PATH",
        help="Python that runs the functions, for bundles compiled for one version (this Python)",
    )
    group.add_argument(
        "--library",
        action="append",
        default=[],
        type=_parse_folder,
        metavar="DIR",
        help="folder that functions may import from, for packages of Lambda's runtime such as "
        "boto3; may be repeated",
    )


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
            f"{text!r} is not a country code such as {DEFAULT_COUNTRY}"
        )
    return text


def _parse_folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is not a folder")
    return Path(text)
