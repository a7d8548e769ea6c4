"""ModelService: reads and changes the version of the model that the GPU service of ECS runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edgefill.core.errors import InputRefused
from edgefill.operations.rollout.aws_errors import refuse_failures
from edgefill.operations.rollout.task_model import change_version, read_version

if TYPE_CHECKING:
    from mypy_boto3_ecs.client import ECSClient

    from edgefill.operations.rollout.target import RolloutTarget

RUNNING = ("PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS")
UNREADY = frozenset({"", "RECONCILE_SERVICE", "PRE_SCALE_UP", "SCALE_UP"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceState:
    """`version` is what ECS deploys or has deployed, `desired` the number of wanted tasks."""

    version: str
    desired: int
    running: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A deployment of ECS; `stage` is that of its life cycle, such as POST_TEST_TRAFFIC_SHIFT."""

    arn: str
    status: str
    stage: str
    reason: str

    @property
    def is_running(self) -> bool:
        """Whether ECS still works on it."""
        return self.status in RUNNING

    @property
    def is_ready(self) -> bool:
        """Whether the new version has started."""
        return self.stage not in UNREADY


class ModelService:
    """The service of one stage; each method raises InputRefused with AWS's reason."""

    def __init__(self, client: ECSClient, target: RolloutTarget) -> None:
        self._client = client
        self._target = target
        self._place: Any = {"cluster": target.cluster, "service": target.service}

    def read_state(self) -> ServiceState:
        """What the service runs now."""
        row = self._describe()
        return ServiceState(
            version=read_version(self._read_definition(row["taskDefinition"])),
            desired=row["desiredCount"],
            running=row["runningCount"],
        )

    def wake(self) -> None:
        """Want one task."""
        with refuse_failures("ECS"):
            self._client.update_service(**self._place, desiredCount=1)

    def bring(self, version: str) -> None:
        """Start the deployment of another version, as the target says for a new one."""
        self._deploy(version, self._target.deployment)

    def restore(self, version: str) -> None:
        """Start the deployment of a version that was live: all traffic at once, no smoke test."""
        self._deploy(version, self._target.rest)

    def read_progress(self) -> Progress | None:
        """The latest deployment; None before the first one."""
        with refuse_failures("ECS"):
            rows = self._client.list_service_deployments(**self._place)["serviceDeployments"]
            if not rows:
                return None
            arn = max(rows, key=lambda row: row["createdAt"])["serviceDeploymentArn"]
            (row,) = self._client.describe_service_deployments(serviceDeploymentArns=[arn])[
                "serviceDeployments"
            ]
        return Progress(
            arn=arn,
            status=row["status"],
            stage=row.get("lifecycleStage", ""),
            reason=row.get("statusReason", ""),
        )

    def cancel(self, progress: Progress) -> None:
        """Let ECS move the traffic back to the version before."""
        with refuse_failures("ECS"):
            self._client.stop_service_deployment(
                serviceDeploymentArn=progress.arn, stopType="ROLLBACK"
            )

    def _deploy(self, version: str, configuration: dict[str, Any]) -> None:
        row = self._describe()
        definition = self._read_definition(row["taskDefinition"])
        count = (
            {} if self._target.runs_two_models else {"desiredCount": max(1, row["desiredCount"])}
        )
        with refuse_failures("ECS"):
            answer = self._client.register_task_definition(**change_version(definition, version))
            self._client.update_service(
                **self._place,
                **count,
                taskDefinition=answer["taskDefinition"]["taskDefinitionArn"],
                deploymentConfiguration=configuration,  # type: ignore[arg-type] # from a parameter
            )

    def _describe(self) -> Any:
        cluster, service = self._target.cluster, self._target.service
        with refuse_failures("ECS"):
            rows = self._client.describe_services(cluster=cluster, services=[service])["services"]
        if not rows:
            raise InputRefused(f"ECS: cluster {cluster} has no service {service}; deploy again")
        return rows[0]

    def _read_definition(self, arn: str) -> Any:
        with refuse_failures("ECS"):
            return self._client.describe_task_definition(taskDefinition=arn)["taskDefinition"]
