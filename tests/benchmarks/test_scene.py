"""The scene of the edge's benchmarks is one that the edge answers."""

import pytest

from benchmarks.scene import Page, build_scene
from edgefill.local.services.identity import SigningAlgorithm
from lambdas.edge.config import parse_config
from lambdas.edge.fetch import StoreResponse
from lambdas.edge.handler import create_handler


@pytest.mark.parametrize("page", ["wide", "shop"])
@pytest.mark.parametrize("alg", ["HS256", "RS256"])
def test_it_is_a_hit_of_the_visitors_own(page: Page, alg: SigningAlgorithm) -> None:
    """Compiled under today's lint, and filled with the token's values."""
    stage = build_scene(page, alg)

    def fetch(path: str, _etag: str | None, /) -> StoreResponse:
        return StoreResponse(status=200, body=stage.objects[path])

    response = create_handler(parse_config(stage.config), fetch=fetch)(stage.event, None)
    assert response["status"] == "200"
    assert response["headers"]["x-edgefill"][0]["value"].startswith("hit; ")
    assert "Ada" in response["body"]
