"""The CDN's origins: failover, deadlines, and what they tell the edge function."""

import json

import pytest
from aws_cdk.assertions import Template

from lambdas.api.settings import ApiSettings
from tests.infra.edge.test_function import find_distribution


@pytest.fixture(scope="module", params=["dev", "prod", "local"])
def template(request: pytest.FixtureRequest, templates: dict[str, Template]) -> Template:
    return templates[f"{request.param}-Edge"]


def test_a_failing_api_has_a_fallback_origin(template: Template) -> None:
    """On 5xx the edge function runs again for an S3 origin, which tells it that the API failed."""
    config = find_distribution(template)
    (group,) = config["OriginGroups"]["Items"]
    first, second = (member["OriginId"] for member in group["Members"]["Items"])
    assert (first, second) == ("api", "templates")
    assert group["FailoverCriteria"]["StatusCodes"]["Items"] == [500, 502, 503, 504]
    assert config["CacheBehaviors"][0]["TargetOriginId"] == group["Id"]
    (bucket,) = (origin for origin in config["Origins"] if origin["Id"] == second)
    assert "S3OriginConfig" in bucket


def test_the_edge_can_read_the_store_directly(template: Template) -> None:
    """Both origins send the bucket's URL to the edge function, whose role may read `t/`."""
    origins = [each for each in find_distribution(template)["Origins"] if each["Id"] != "site"]
    assert len(origins) == 2
    for origin in origins:
        store, _ = origin["OriginCustomHeaders"]
        assert store["HeaderName"] == "X-Edgefill-Store"
        assert "RegionalDomainName" in str(store["HeaderValue"])
    policies = template.find_resources("AWS::IAM::Policy").values()
    statements = [s for p in policies for s in p["Properties"]["PolicyDocument"]["Statement"]]
    (reads,) = (each for each in statements if each["Action"] == "s3:GetObject")
    assert str(reads["Resource"]).endswith("'/t/*']]}")


@pytest.mark.parametrize("stage", ["dev", "prod", "local"])
def test_the_edge_and_the_api_have_the_same_question_key(
    templates: dict[str, Template], stage: str
) -> None:
    """Both origins and both functions read the store stack's secret; no template has its value."""
    config = find_distribution(templates[f"{stage}-Edge"])
    headers = [
        origin["OriginCustomHeaders"][1] for origin in config["Origins"] if origin["Id"] != "site"
    ]
    functions = templates[f"{stage}-Service"].find_resources("AWS::Lambda::Function").values()
    variables = [row["Properties"].get("Environment", {}).get("Variables", {}) for row in functions]
    keys = [
        each["EDGEFILL_API_QUESTION_KEY"] for each in variables if "EDGEFILL_API_BUCKET" in each
    ]
    assert {each["HeaderName"] for each in headers} == {"X-Edgefill-Question-Key"}
    assert (len(headers), len(keys)) == (2, 2)
    texts = {json.dumps(each) for each in (*keys, *(each["HeaderValue"] for each in headers))}
    (text,) = texts
    assert "{{resolve:secretsmanager:" in text
    assert "RefQuestionKey" in text


def test_a_frozen_api_costs_a_visitor_its_deadline_and_no_more(template: Template) -> None:
    """CloudFront tries once, and a second longer than the API lets a visitor wait."""
    (api,) = (each for each in find_distribution(template)["Origins"] if each["Id"] == "api")
    deadline_s = ApiSettings.model_fields["deadline_s"].default
    assert api["ConnectionAttempts"] == 1
    assert api["ConnectionTimeout"] <= 2
    assert api["CustomOriginConfig"]["OriginReadTimeout"] == deadline_s + 1 <= 8
