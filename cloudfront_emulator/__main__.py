"""Serve the CloudFront distribution of a CloudFormation template on this machine."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import uvloop

from cloudfront_emulator.app import create_app
from cloudfront_emulator.aws_invalidations import InvalidationPoller, make_cloudfront_client
from cloudfront_emulator.cache.invalidation import parse_invalidation
from cloudfront_emulator.cloudformation import load_distribution
from cloudfront_emulator.control import AdjustableClock, ControlPort, create_control_app
from cloudfront_emulator.distribution import DistributionConfig
from cloudfront_emulator.errors import EmulatorError
from cloudfront_emulator.faults import FaultSwitch
from cloudfront_emulator.functions.edge_functions import EdgeFunctions
from cloudfront_emulator.network import EdgeNetwork
from cloudfront_emulator.options import parse_options
from cloudfront_emulator.origins.http import HttpOriginClient
from cloudfront_emulator.server import HttpServer, serve

log = logging.getLogger("cdn")


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT. Return 0, or 2 after an EmulatorError."""
    options = parse_options(arguments, about=__doc__)
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
    except EmulatorError as error:
        sys.stderr.write(f"cloudfront_emulator: {error}\n")
        return 2
    return 0


async def _serve(distribution: DistributionConfig, options: argparse.Namespace) -> None:
    clock = AdjustableClock()
    faults = FaultSwitch(origins=distribution.origins, functions=distribution.functions)
    functions = EdgeFunctions(
        distribution,
        python=options.python,
        profile=options.profile,
        faults=faults,
        libraries=tuple(options.library),
    )
    origins = HttpOriginClient(dict(options.map), origins=distribution.origins, faults=faults)
    network = EdgeNetwork(
        distribution,
        functions=functions,
        origins=origins,
        clock=clock,
        pops=options.pops,
        country=options.country,
    )
    poller = _start_invalidation_poller(distribution, network, options.aws_endpoint)
    try:
        await serve(_make_servers(network, clock, faults, options))
    finally:
        if poller is not None:
            poller.cancel()
        await functions.close()
        await origins.close()


def _make_servers(
    network: EdgeNetwork, clock: AdjustableClock, faults: FaultSwitch, options: argparse.Namespace
) -> list[HttpServer]:
    servers = [HttpServer(create_app(network.answer), options.host, options.port)]
    if options.control is not None:
        control = ControlPort(
            clock=clock,
            faults=faults,
            invalidate=lambda paths: network.invalidate(parse_invalidation(paths)),
            counts=network.count_objects,
        )
        servers.append(HttpServer(create_control_app(control), options.host, options.control))
    return servers


def _start_invalidation_poller(
    distribution: DistributionConfig, network: EdgeNetwork, endpoint: str | None
) -> asyncio.Future[None] | None:
    """Poll an AWS emulator for invalidations; None without an endpoint."""
    if endpoint is None:
        return None
    registered = InvalidationPoller(
        make_cloudfront_client(endpoint),
        distribution,
        lambda paths: network.invalidate(parse_invalidation(paths)),
        on_registered=lambda id_: log.info("registered at %s as %s", endpoint, id_),
    )
    return asyncio.ensure_future(registered.run())


def _refuse_unmapped(distribution: DistributionConfig, urls: dict[str, str]) -> None:
    """EmulatorError lists every origin without a URL."""
    lines = [
        f"{distribution.id}: DistributionConfig.Origins: {each.id} ({each.domain_name}) is not "
        f"mapped; add --map {each.id}=URL"
        for each in distribution.origins.values()
        if not urls.keys() & {each.id, each.domain_name}
    ]
    if lines:
        raise EmulatorError("\n  ".join(lines))


if __name__ == "__main__":
    sys.exit(main())
