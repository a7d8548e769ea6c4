"""The resources of edgefill/demand: a table for leases, budgets and counts, and a key queue."""

from __future__ import annotations

from typing import Any

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_sqs as sqs
from constructs import Construct

TTL = "expires"  # see edgefill/demand/table.py
WORKER_TIMEOUT_S = 100  # one job: EDGEFILL_API_WORKER_DEADLINE_S and some seconds
# Source: docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
VISIBILITY_TIMEOUT_S = 6 * WORKER_TIMEOUT_S
_FIFO: dict[str, Any] = {
    "fifo": True,
    "enforce_ssl": True,
    "encryption": sqs.QueueEncryption.SQS_MANAGED,
}


class DemandStore(Construct):
    """`table` has the rows of edgefill/demand/table.py, `queue` the jobs.

    `refused` is the dead-letter queue of jobs that failed three times.
    """

    def __init__(self, scope: Construct, id_: str, *, keep: bool) -> None:
        super().__init__(scope, id_)
        self.table = self._create_table(RemovalPolicy.RETAIN if keep else RemovalPolicy.DESTROY)
        self.refused = sqs.Queue(self, "Refused", retention_period=Duration.days(14), **_FIFO)
        self.queue = sqs.Queue(
            self,
            "Keys",
            content_based_deduplication=False,  # by key and catalogue version instead
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
