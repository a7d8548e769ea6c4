"""The edge answers the workload of its benchmarks."""

import pytest

from benchmarks.edge_workload import Page, build_edge_workload
from edgefill.local.services.identity import SigningAlgorithm
from lambdas.edge.config import parse_config
from lambdas.edge.fetch import StoreResponse
from lambdas.edge.handler import create_handler


@pytest.mark.parametrize("page", ["wide", "shop"])
@pytest.mark.parametrize("alg", ["HS256", "RS256"])
def test_it_is_a_hit_of_the_visitors_own(page: Page, alg: SigningAlgorithm) -> None:
    """Compiled under today's lint, and filled with the token's values."""
    workload = build_edge_workload(page, alg)

    def fetch(path: str, _etag: str | None, /) -> StoreResponse:
        return StoreResponse(status=200, body=workload.objects[path])

    response = create_handler(parse_config(workload.config), fetch=fetch)(workload.event, None)
    assert response["status"] == "200"
    assert response["headers"]["x-edgefill"][0]["value"].startswith("hit; ")
    assert "Ada" in response["body"]
