"""The miss path: lambdas/api behind a Function URL, and its worker behind the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, SecretValue
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.lambda_functions import (
    PYTHON,
    allow_actions,
    allow_objects,
    create_function_role,
    create_log_group,
    suppress_runtime_finding,
)
from infra.monitoring.api_metrics import ApiMetrics
from infra.nag_suppressions import suppress_finding
from infra.service.network import FUNCTIONS
from infra.store.demand import WORKER_TIMEOUT_S
from infra.store.template_store import PUBLIC_OBJECTS

if TYPE_CHECKING:
    from aws_cdk import aws_s3 as s3

    from infra.service.gpu_service import GpuService
    from infra.settings import DeploymentSettings
    from infra.store.demand import DemandStore

# The only objects that a miss writes: accepted templates, and texts that wait for a person
# (edgefill/packs/layout.py). The second are outside `t/`, so the CDN cannot read them.
OVERLAY_OBJECTS = "t/live/*"
HELD_OBJECTS = "held/*"
# the texts of a release, of which a miss of a derived experience makes its own
SOURCE_OBJECTS = "releases/*/sources/*"
# A miss takes EDGEFILL_API_DEADLINE_S and a cold start; CloudFront waits 30 s.
API_TIMEOUT_S = 20


class MissApi(Construct):
    """`function` answers misses at `url`, `worker` drains the queue, `metrics` reads their logs.

    `url` requires IAM authentication; CloudFront signs the requests.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: DeploymentSettings,
        bundle: str,
        bucket: s3.Bucket,
        demand: DemandStore,
        question_key: SecretValue,
        gpu_url: str,
        gpu: GpuService | None = None,
        vpc: ec2.IVpc | None = None,
        callers: ec2.ISecurityGroup | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self._settings = settings
        self._code = lambda_.Code.from_asset(bundle)
        self._vpc = vpc
        self._callers = [callers] if callers else None
        environment = (
            self._build_environment(bucket, demand, gpu_url)
            | {"EDGEFILL_API_QUESTION_KEY": question_key.unsafe_unwrap()}
            | self._read_gpu_key()
            | (_name_gpu_service(gpu) if gpu else {})
        )
        self.function = self._create_function(
            "Api", "lambdas.api.handler.handler", API_TIMEOUT_S, environment
        )
        self.worker = self._create_function(
            "Worker", "lambdas.api.worker.handler", WORKER_TIMEOUT_S, environment
        )
        self._poll_queue(demand)
        for function in (self.function, self.worker):
            self._grant_access(function, bucket, demand)
        allow_actions(self.function, ["dynamodb:DeleteItem"], demand.table.table_arn)
        allow_actions(self.function, ["sqs:SendMessage"], demand.queue.queue_arn)
        if gpu:
            _allow_waking(self.function, gpu)
        logs = {"Api": self.function.log_group, "Worker": self.worker.log_group}
        self.metrics = ApiMetrics(self, "Metrics", stage=settings.stage, logs=logs)
        self.url = self.function.add_function_url(auth_type=lambda_.FunctionUrlAuthType.AWS_IAM)

    def _build_environment(
        self, bucket: s3.Bucket, demand: DemandStore, gpu_url: str
    ) -> dict[str, str]:
        """The variables of lambdas/api/settings.py."""
        pepper = secretsmanager.Secret(
            self,
            "Pepper",
            description="What principals are hashed with before they are counted.",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=48, exclude_punctuation=True
            ),
        )
        suppress_finding(
            pepper,
            "AwsSolutions-SMG4",
            "A new pepper only resets the hourly budgets; it gives no access and is not rotated.",
        )
        identity = self._settings.identity
        return {
            "EDGEFILL_API_BUCKET": bucket.bucket_name,
            "EDGEFILL_API_TABLE": demand.table.table_name,
            "EDGEFILL_API_QUEUE_URL": demand.queue.queue_url,
            "EDGEFILL_API_GPU_URL": gpu_url,
            "EDGEFILL_API_ISSUER": identity.issuer,
            "EDGEFILL_API_AUDIENCE": identity.audience,
            "EDGEFILL_API_JWKS": "jwks.json",
            "EDGEFILL_API_PEPPER": pepper.secret_value.unsafe_unwrap(),
        }

    def _read_gpu_key(self) -> dict[str, str]:
        """The key of an existing GPU service, read from Secrets Manager at deployment."""
        if self._settings.gpu_key_secret is None:
            return {}
        key = SecretValue.secrets_manager(self._settings.gpu_key_secret)
        return {"EDGEFILL_API_GPU_KEY": key.unsafe_unwrap()}

    def _create_function(
        self, id_: str, handler: str, seconds: int, environment: dict[str, str]
    ) -> lambda_.Function:
        log = create_log_group(self, f"{id_}Log", self._settings)
        function = lambda_.Function(
            self,
            id_,
            runtime=PYTHON,
            architecture=lambda_.Architecture.X86_64,  # the rehearsal runs the same bundle
            handler=handler,
            code=self._code,
            memory_size=1024,
            timeout=Duration.seconds(seconds),
            environment=environment,
            role=create_function_role(self, f"{id_}Role", log=log, vpc=self._vpc),
            log_group=log,
            vpc=self._vpc,
            security_groups=self._callers,
            vpc_subnets=ec2.SubnetSelection(subnet_group_name=FUNCTIONS) if self._vpc else None,
        )
        suppress_runtime_finding(function)
        return function

    @staticmethod
    def _grant_access(function: lambda_.Function, bucket: s3.Bucket, demand: DemandStore) -> None:
        """Grant least privilege. Without ListBucket S3 answers 403 for a missing object.

        Source: docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html, "Permissions"
        """
        allow_objects(function, ["s3:GetObject"], bucket, PUBLIC_OBJECTS)
        allow_objects(function, ["s3:PutObject"], bucket, OVERLAY_OBJECTS)
        allow_objects(function, ["s3:GetObject"], bucket, SOURCE_OBJECTS)
        allow_objects(function, ["s3:GetObject", "s3:PutObject"], bucket, HELD_OBJECTS)
        allow_actions(function, ["s3:ListBucket"], bucket.bucket_arn)
        allow_actions(function, ["dynamodb:PutItem", "dynamodb:UpdateItem"], demand.table.table_arn)

    def _poll_queue(self, demand: DemandStore) -> None:
        """Let Lambda poll the queue for the worker, one job at a time.

        The CDK's SqsEventSource would also allow to hide messages and to look up the queue's URL,
        which Lambda does not do (lambda/latest/dg/services-sqs-configure.html).
        """
        actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
        allow_actions(self.worker, actions, demand.queue.queue_arn)
        self.worker.add_event_source_mapping(
            "Jobs",
            event_source_arn=demand.queue.queue_arn,
            batch_size=1,
            report_batch_item_failures=True,
            max_concurrency=10,
        )


def _name_gpu_service(gpu: GpuService) -> dict[str, str]:
    """The variables with which the API finds the service that it wakes."""
    providers = [each.capacity_provider_name for each in gpu.machines.providers]
    return {
        "EDGEFILL_API_GPU_SERVICE": gpu.service.service_name,
        "EDGEFILL_API_GPU_CLUSTER": gpu.cluster.cluster_name,
        "EDGEFILL_API_GPU_PROVIDERS": ",".join(providers),
    }


def _allow_waking(function: lambda_.Function, gpu: GpuService) -> None:
    """Allow exactly what EcsGpuStarter in edgefill/demand/waking.py calls."""
    actions = ["ecs:DescribeServices", "ecs:UpdateService"]
    allow_actions(function, actions, gpu.service.service_arn)
    allow_actions(function, ["ecs:DescribeClusters"], gpu.cluster.cluster_arn)
