"""Reads what exists in the deployed account through boto3, not through the CDK's own output."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import boto3
import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from edgefill.local.rehearsal.cdk import STACKS

HANDLERS = {
    "api": "lambdas.api.handler.handler",
    "worker": "lambdas.api.worker.handler",
    "edge": "lambdas.edge.handler.handler",
}


class DeployedAccount:
    """Reads one account in us-east-1; results have boto3's own shapes."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """`environment` holds AWS_REGION, the two keys and AWS_ENDPOINT_URL."""
        self._region = environment["AWS_REGION"]
        self._credentials = Credentials(
            environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]
        )
        self._session = boto3.Session(
            aws_access_key_id=self._credentials.access_key,
            aws_secret_access_key=self._credentials.secret_key,
            region_name=self._region,
        )
        self._endpoint = environment["AWS_ENDPOINT_URL"]

    def create_client(self, service: str) -> Any:
        """A client of one service of the emulator."""
        return self._session.client(service, endpoint_url=self._endpoint)  # type: ignore[call-overload] # any service

    def list_stacks(self) -> dict[str, Any]:
        """The deployed stacks of STACKS by name."""
        stacks = self.create_client("cloudformation").describe_stacks()["Stacks"]
        return {
            stack["StackName"]: stack
            for stack in stacks
            if stack["StackName"] in STACKS and stack["StackStatus"] != "DELETE_COMPLETE"
        }

    def find_resource(self, stack: str, type_: str, has: str = "") -> str:
        """The physical id of the one resource of a type whose logical id contains `has`."""
        rows = self.create_client("cloudformation").list_stack_resources(
            StackName=f"{STACKS[0].rpartition('-')[0]}-{stack}"
        )["StackResourceSummaries"]
        (row,) = [
            row for row in rows if row["ResourceType"] == type_ and has in row["LogicalResourceId"]
        ]
        physical: str = row["PhysicalResourceId"]
        return physical

    def list_functions(self) -> dict[str, Any]:
        """The deployed functions by their name in HANDLERS."""
        names = {handler: name for name, handler in HANDLERS.items()}
        functions = self.create_client("lambda").list_functions()["Functions"]
        return {names[row["Handler"]]: row for row in functions if row["Handler"] in names}

    def call_api(
        self, path: str, *, headers: Mapping[str, str] | None = None, sign: bool = True
    ) -> httpx.Response:
        """GET from the API's Function URL, signed as CloudFront's origin access control signs."""
        client = self.create_client("lambda")
        function = self.list_functions()["api"]["FunctionName"]
        url = client.get_function_url_config(FunctionName=function)["FunctionUrl"]
        request = AWSRequest(method="GET", url=url.rstrip("/") + path, headers=dict(headers or {}))
        if sign:
            SigV4Auth(self._credentials, "lambda", self._region).add_auth(request)
        return httpx.get(
            self._endpoint + path,
            headers={**dict(request.headers.items()), "Host": urlsplit(url).netloc},
            timeout=60,
        )

    def invoke_edge(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The newest published version's result for a CloudFront event."""
        response = self.create_client("lambda").invoke(
            FunctionName=self.list_functions()["edge"]["FunctionName"],
            Qualifier=self.list_edge_versions()[-1],
            Payload=json.dumps(event),
        )
        result: dict[str, Any] = json.loads(response["Payload"].read())
        return result

    def list_edge_versions(self) -> list[str]:
        """The published versions of the edge function, oldest first."""
        rows = self.create_client("lambda").list_versions_by_function(
            FunctionName=self.list_functions()["edge"]["FunctionName"]
        )["Versions"]
        return [row["Version"] for row in rows if row["Version"] != "$LATEST"]

    def list_distributions(self) -> list[dict[str, Any]]:
        """The configurations of all distributions."""
        client = self.create_client("cloudfront")
        rows = client.list_distributions()["DistributionList"].get("Items", [])
        return [client.get_distribution_config(Id=row["Id"])["DistributionConfig"] for row in rows]
