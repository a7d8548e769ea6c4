"""DemandTable: the DynamoDB table that stores leases, budgets, counts and question texts.

| what   | pk                        | sk                     | attributes              |
| ------ | ------------------------- | ---------------------- | ----------------------- |
| lease  | `lease#<key>`             | `lease`                | holder, lapses, outcome |
| budget | `budget#<allowance>#<who>`| window start, epoch s  | used                    |
| count  | `count#<day>#<shard>`     | the key                | hits                    |
| words  | `question`                | the key                | words                   |

Every row carries `expires` (epoch seconds), the table's TTL attribute. DynamoDB deletes expired
rows late and shows them until then, so no reader relies on their absence
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ttl-expired-items.html).
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from edgefill.core.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_dynamodb.client import DynamoDBClient

    # Attribute values in DynamoDB's own JSON: {"used": {"N": "3"}}
    Row = dict[str, Any]

TTL_ATTRIBUTE = "expires"


class DemandTable:
    """Conditional writes on one table; every method raises StoreUnavailable when AWS fails."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def create(self) -> None:
        """Create the table, for a stack without CloudFormation (tests, one machine)."""
        with self._translate_errors():
            self._client.create_table(
                TableName=self._name,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[
                    {"AttributeName": "pk", "AttributeType": "S"},
                    {"AttributeName": "sk", "AttributeType": "S"},
                ],
                KeySchema=[
                    {"AttributeName": "pk", "KeyType": "HASH"},
                    {"AttributeName": "sk", "KeyType": "RANGE"},
                ],
            )
            self._client.update_time_to_live(
                TableName=self._name,
                TimeToLiveSpecification={"Enabled": True, "AttributeName": TTL_ATTRIBUTE},
            )

    def put(self, row: Row, *, condition: str, values: Row) -> Row | None:
        """Write a row; if `condition` does not hold, return the present row instead."""
        try:
            with self._translate_errors():
                self._client.put_item(
                    TableName=self._name,
                    Item=row,
                    ConditionExpression=condition,
                    ExpressionAttributeValues=values,
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            present_row: Any = error.response.get("Item", {})
            return dict(present_row)
        return None

    def update(
        self, at: Mapping[str, Any], change: str, *, values: Row, condition: str = ""
    ) -> bool:
        """Update a row; return False if `condition` does not hold."""
        checked: dict[str, Any] = {"ConditionExpression": condition} if condition else {}
        try:
            with self._translate_errors():
                self._client.update_item(
                    TableName=self._name,
                    Key=at,
                    UpdateExpression=change,
                    ExpressionAttributeValues=values,
                    **checked,
                )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def delete(self, at: Mapping[str, Any], *, condition: str, values: Row) -> None:
        """Delete the row if `condition` holds."""
        try:
            with self._translate_errors():
                self._client.delete_item(
                    TableName=self._name,
                    Key=at,
                    ConditionExpression=condition,
                    ExpressionAttributeValues=values,
                )
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def list_rows(self, pk: str) -> Iterator[Row]:
        """List every row of one partition, in order of sk."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": pk}},
        )
        with self._translate_errors():
            for page in pages:
                yield from page["Items"]

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "ConditionalCheckFailedException":
                raise
            raise StoreUnavailable(f"DynamoDB: table {self._name}: {code}") from error
        except BotoCoreError as error:
            kind = type(error).__name__
            raise StoreUnavailable(f"DynamoDB: table {self._name}: {kind}") from error


def build_row_key(pk: str, sk: str) -> Row:
    """Build the primary key of one row."""
    return {"pk": {"S": pk}, "sk": {"S": sk}}
