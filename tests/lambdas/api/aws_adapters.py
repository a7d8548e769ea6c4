"""The API's adapters over AWS as moto has it in this process: the clients that are deployed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from edgefill.demand.budgets import DynamoBudgets
from edgefill.demand.counts import DynamoDemandCounts
from edgefill.demand.leases import DynamoLeases
from edgefill.demand.questions import DynamoQuestionTexts
from edgefill.demand.queue import SqsJobQueue
from edgefill.demand.table import DemandTable
from edgefill.demand.waking import EcsGpuStarter
from edgefill.store.aws import AwsClients
from edgefill.store.s3 import S3ObjectStore

PROVIDERS = ("first", "second")
_deployments = count()


class AwsAdapters:
    """Makes a deployment of its own for each call; `mock_aws` must be active."""

    def __init__(self) -> None:
        aws = AwsClients(credentials=("test", "test"))
        self._s3, self._dynamodb = aws.make_s3(), aws.make_dynamodb()
        self._sqs, self._ecs = aws.make_sqs(), aws.make_ecs()

    def make(self, clock: Callable[[], float]) -> dict[str, Any]:
        """The adapters that replace the twins of the same names."""
        name = f"shop-{next(_deployments)}"
        self._s3.create_bucket(Bucket=name)
        table = DemandTable(self._dynamodb, name)
        table.create()
        queue = self._sqs.create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})[
            "QueueUrl"
        ]
        return {
            "objects": S3ObjectStore(self._s3, name),
            "leases": DynamoLeases(table, clock),
            "budgets": DynamoBudgets(table, clock),
            "counts": DynamoDemandCounts(table, clock),
            "queue": SqsJobQueue(self._sqs, queue),
            "questions": DynamoQuestionTexts(table, clock),
            "starter": self._make_starter(name),
        }

    def _make_starter(self, name: str) -> EcsGpuStarter:
        self._ecs.create_cluster(clusterName=name)
        self._ecs.register_task_definition(
            family=name, containerDefinitions=[{"name": "a", "image": "i", "memory": 1}]
        )
        self._ecs.create_service(
            cluster=name, serviceName=name, taskDefinition=name, desiredCount=0
        )
        return EcsGpuStarter(self._ecs, cluster=name, service=name, providers=PROVIDERS)
