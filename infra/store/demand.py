"""What edgefill/demand needs: one table for leases, budgets and counts, and the queue of keys."""

from __future__ import annotations

from typing import Any

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_sqs as sqs
from constructs import Construct

TTL = "expires"  # edgefill/demand/table.py
WORKER_TIMEOUT_S = (
    100  # what one job may take: EDGEFILL_API_WORKER_DEADLINE_S and the answer's way back
)
VISIBILITY_TIMEOUT_S = (
    6 * WORKER_TIMEOUT_S
)  # docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
_FIFO: dict[str, Any] = {
    "fifo": True,
    "enforce_ssl": True,
    "encryption": sqs.QueueEncryption.SQS_MANAGED,
}


class DemandStore(Construct):
    """`table` holds rows as edgefill/demand/table.py says, `queue` jobs, `refused` the hopeless."""

    def __init__(self, scope: Construct, id_: str, *, keep: bool) -> None:
        super().__init__(scope, id_)
        self.table = self._create_table(RemovalPolicy.RETAIN if keep else RemovalPolicy.DESTROY)
        self.refused = sqs.Queue(self, "Refused", retention_period=Duration.days(14), **_FIFO)
        self.queue = sqs.Queue(
            self,
            "Keys",
            content_based_deduplication=False,  # by key and catalogue version, never by body
            deduplication_scope=sqs.DeduplicationScope.MESSAGE_GROUP,
            fifo_throughput_limit=sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
            visibility_timeout=Duration.seconds(VISIBILITY_TIMEOUT_S),
            retention_period=Duration.days(1),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.refused, max_receive_count=3),
            **_FIFO,
        )

    def _create_table(self, removal: RemovalPolicy) -> dynamodb.Table:
        return dynamodb.Table(
            self,
            "Table",
            partition_key=_build_string_attribute("pk"),
            sort_key=_build_string_attribute("sk"),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute=TTL,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            removal_policy=removal,
        )


def _build_string_attribute(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
