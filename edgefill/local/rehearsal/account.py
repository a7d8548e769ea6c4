"""What exists in the account, read by boto3 and never by what the CDK says of itself."""

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


class Account:
    """Reads of one account in us-east-1; answers are boto3's own."""

    def __init__(self, environment: Mapping[str, str]) -> None:
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

    def client(self, service: str) -> Any:
        """A client of one service of the emulator."""
        return self._session.client(service, endpoint_url=self._endpoint)  # type: ignore[call-overload] # any service

    def stacks(self) -> dict[str, Any]:
        """The deployed stacks of STACKS by name."""
        found = self.client("cloudformation").describe_stacks()["Stacks"]
        return {
            stack["StackName"]: stack
            for stack in found
            if stack["StackName"] in STACKS and stack["StackStatus"] != "DELETE_COMPLETE"
        }

    def resource(self, stack: str, type_: str, has: str = "") -> str:
        """The physical id of the one resource of a type whose logical id contains `has`."""
        rows = self.client("cloudformation").list_stack_resources(
            StackName=f"{STACKS[0].rpartition('-')[0]}-{stack}"
        )["StackResourceSummaries"]
        (row,) = [
            row for row in rows if row["ResourceType"] == type_ and has in row["LogicalResourceId"]
        ]
        physical: str = row["PhysicalResourceId"]
        return physical

    def functions(self) -> dict[str, Any]:
        """The functions that are there, by what they run."""
        names = {handler: name for name, handler in HANDLERS.items()}
        found = self.client("lambda").list_functions()["Functions"]
        return {names[row["Handler"]]: row for row in found if row["Handler"] in names}

    def ask(
        self, path: str, *, headers: Mapping[str, str] | None = None, signed: bool = True
    ) -> httpx.Response:
        """GET from the API's Function URL, signed as CloudFront's origin access control would."""
        function = self.functions()["api"]["FunctionName"]
        url = self.client("lambda").get_function_url_config(FunctionName=function)["FunctionUrl"]
        asked = AWSRequest(method="GET", url=url.rstrip("/") + path, headers=dict(headers or {}))
        if signed:
            SigV4Auth(self._credentials, "lambda", self._region).add_auth(asked)
        return httpx.get(
            self._endpoint + path,
            headers={**dict(asked.headers.items()), "Host": urlsplit(url).netloc},
            timeout=60,
        )

    def ask_edge(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """What the newest published version of the edge function makes of an event."""
        answer = self.client("lambda").invoke(
            FunctionName=self.functions()["edge"]["FunctionName"],
            Qualifier=self.edge_versions()[-1],
            Payload=json.dumps(event),
        )
        said: dict[str, Any] = json.loads(answer["Payload"].read())
        return said

    def edge_versions(self) -> list[str]:
        """The published versions of the edge function, oldest first."""
        rows = self.client("lambda").list_versions_by_function(
            FunctionName=self.functions()["edge"]["FunctionName"]
        )["Versions"]
        return [row["Version"] for row in rows if row["Version"] != "$LATEST"]

    def distributions(self) -> list[dict[str, Any]]:
        """The configurations of all distributions."""
        client = self.client("cloudfront")
        rows = client.list_distributions()["DistributionList"].get("Items", [])
        return [client.get_distribution_config(Id=row["Id"])["DistributionConfig"] for row in rows]
