"""`python -m local.cdn --template T --map Origin=URL`: serve a synthesised distribution."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import uvloop

from lambdas.core.errors import EdgefillError
from local.cdn.app import create_app
from local.cdn.aws_invalidations import AwsInvalidations, cloudfront_client
from local.cdn.cache.invalidation import parse_paths
from local.cdn.clock import Clock
from local.cdn.control import Control, create_control
from local.cdn.distribution.distribution import Distribution
from local.cdn.faults import Faults
from local.cdn.functions.edge_functions import EdgeFunctions
from local.cdn.network import COUNTRY, Network
from local.cdn.origins.http import HttpOrigins
from local.cdn.server import Server, serve
from local.cdn.template import load_distribution

log = logging.getLogger("cdn")


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal ends it; the exit status."""
    options = _options(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        distribution = load_distribution(
            options.template,
            distribution=options.distribution,
            bundles={name: Path(folder) for name, folder in options.bundle},
            lenient=options.lenient,
            warn=log.warning,
        )
        _refuse_unmapped(distribution, dict(options.map))
        uvloop.run(_serve(distribution, options))
    except EdgefillError as error:
        sys.stderr.write(f"local.cdn: {error}\n")
        return 2
    return 0


async def _serve(distribution: Distribution, options: argparse.Namespace) -> None:
    clock = Clock()
    faults = Faults(origins=distribution.origins, functions=distribution.functions)
    functions = EdgeFunctions(
        distribution,
        python=options.python,
        profile=options.profile,
        faults=faults,
        libraries=tuple(options.library),
    )
    origins = HttpOrigins(dict(options.map), origins=distribution.origins, faults=faults)
    network = Network(
        distribution,
        functions=functions,
        origins=origins,
        clock=clock,
        pops=options.pops,
        country=options.country,
    )

    def invalidate(paths: Sequence[str]) -> int:
        return network.invalidate(parse_paths(paths))

    watch = None
    if options.aws_endpoint:
        client = cloudfront_client(options.aws_endpoint)
        registered = AwsInvalidations(
            client, distribution, invalidate, registered=lambda id_: log.info("as %s", id_)
        )
        watch = asyncio.ensure_future(registered.run())
    servers = [Server(create_app(network.answer), options.host, options.port)]
    if options.control is not None:
        control = Control(clock=clock, faults=faults, invalidate=invalidate, counts=network.counts)
        servers.append(Server(create_control(control), options.host, options.control))
    try:
        await serve(servers)
    finally:
        if watch is not None:
            watch.cancel()
        await functions.close()
        await origins.aclose()


def _refuse_unmapped(distribution: Distribution, urls: dict[str, str]) -> None:
    for origin in distribution.origins.values():
        if not urls.keys() & {origin.id, origin.domain_name}:
            raise EdgefillError(
                f"{distribution.id}: origin {origin.id} ({origin.domain_name}) is not mapped; "
                f"add --map {origin.id}=URL"
            )


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 64")
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 65535")
    return int(text)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="local.cdn", description=__doc__)
    add = parser.add_argument
    add("--template", type=Path, required=True, help="the CloudFormation of the stack, as JSON")
    add("--distribution", help="its logical id, where the template has several")
    add("--map", action="append", default=[], type=_pair, metavar="ORIGIN=URL", help="by id")
    add("--bundle", action="append", default=[], type=_pair, metavar="FUNCTION=FOLDER")
    add("--lenient", action="store_true", help="serve without what is not supported")
    add("--host", default="127.0.0.1")
    add("--port", type=_port, default=8080)
    add("--control", type=_port, metavar="PORT", help="the clock, faults and invalidations")
    add("--aws-endpoint", metavar="URL", help="an AWS emulator; its create_invalidation is heeded")
    add("--pops", type=_count, default=1, help="edge locations before the regional edge cache")
    add("--country", default=COUNTRY, help="of every viewer (CloudFront-Viewer-Country)")
    add("--profile", choices=("current", "conservative"), default="current", help="of the limits")
    add("--python", default=sys.executable, help="the interpreter that runs edge functions")
    add("--library", action="append", default=[], type=Path, help="for functions to import from")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
