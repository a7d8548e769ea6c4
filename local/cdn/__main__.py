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
from local.cdn.network import Network
from local.cdn.options import parse
from local.cdn.origins.http import HttpOrigins
from local.cdn.server import Server, serve
from local.cdn.template import load_distribution

log = logging.getLogger("cdn")


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal ends it; the exit status."""
    options = parse(arguments, about=__doc__)
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
    watch = _watched(distribution, network, options.aws_endpoint)
    try:
        await serve(_servers(network, clock, faults, options))
    finally:
        if watch is not None:
            watch.cancel()
        await functions.close()
        await origins.aclose()


def _servers(
    network: Network, clock: Clock, faults: Faults, options: argparse.Namespace
) -> list[Server]:
    servers = [Server(create_app(network.answer), options.host, options.port)]
    if options.control is not None:
        control = Control(
            clock=clock,
            faults=faults,
            invalidate=lambda paths: network.invalidate(parse_paths(paths)),
            counts=network.counts,
        )
        servers.append(Server(create_control(control), options.host, options.control))
    return servers


def _watched(
    distribution: Distribution, network: Network, endpoint: str | None
) -> asyncio.Future[None] | None:
    """Invalidations that an AWS emulator is asked for, as long as this runs."""
    if endpoint is None:
        return None
    registered = AwsInvalidations(
        cloudfront_client(endpoint),
        distribution,
        lambda paths: network.invalidate(parse_paths(paths)),
        registered=lambda id_: log.info("as %s", id_),
    )
    return asyncio.ensure_future(registered.run())


def _refuse_unmapped(distribution: Distribution, urls: dict[str, str]) -> None:
    """EdgefillError names every origin that has no URL."""
    lines = [
        f"{distribution.id}: DistributionConfig.Origins: {each.id} ({each.domain_name}) is not "
        f"mapped; add --map {each.id}=URL"
        for each in distribution.origins.values()
        if not urls.keys() & {each.id, each.domain_name}
    ]
    if lines:
        raise EdgefillError("\n  ".join(lines))


if __name__ == "__main__":
    sys.exit(main())
