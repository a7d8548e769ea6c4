"""`python -m local.cdn --map templates=http://... --edge-config FILE`: serve a distribution."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import httpx
import uvicorn

from local.cdn.app import create_app
from local.cdn.description import (
    DEFAULT_DESCRIPTION,
    DescriptionRefused,
    Distribution,
    load_distribution,
)
from local.cdn.edge import EdgeFunction, edgefill_handler
from local.cdn.origin import HttpOrigin
from local.cdn.pop import Pop


def main() -> None:
    """Serve until a signal ends it."""
    options = _options()
    distribution = load_distribution(options.description)
    pop = Pop(
        distribution,
        origins=http_origins(distribution, dict(options.map)),
        functions={
            "edge": EdgeFunction(edgefill_handler(options.edge_config, distribution.domain_name))
        },
    )
    uvicorn.run(
        create_app(pop),
        host=options.host,
        port=options.port,
        access_log=False,
        log_level="warning",
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=2,
    )


def http_origins(distribution: Distribution, urls: Mapping[str, str]) -> dict[str, HttpOrigin]:
    """Every origin of the distribution at its mapped URL; DescriptionRefused when one is not."""
    client = httpx.AsyncClient(limits=httpx.Limits(max_connections=256), trust_env=False)
    missing = sorted(distribution.origins.keys() - urls.keys())
    if missing:
        raise DescriptionRefused(f"origin {missing[0]!r} has no URL; add --map {missing[0]}=URL")
    return {
        name: HttpOrigin(config, url=urls[name], client=client)
        for name, config in distribution.origins.items()
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="local.cdn", description=__doc__)
    parser.add_argument("--description", type=Path, default=DEFAULT_DESCRIPTION)
    parser.add_argument("--edge-config", type=Path, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        type=lambda text: tuple(text.split("=", 1)),
        metavar="ORIGIN=URL",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
