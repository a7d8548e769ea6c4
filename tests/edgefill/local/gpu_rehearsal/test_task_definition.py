"""Task definitions are read as ECS reads them, and nothing is left out silently."""

import pytest

from edgefill.core.errors import InputRefused
from edgefill.local.gpu_rehearsal.task_definition import parse_task_definition
from tests.edgefill.local.gpu_rehearsal.rows import build_row, depend_on


def test_containers_come_in_the_order_in_which_they_start() -> None:
    """Whatever their order in the template."""
    task = parse_task_definition(
        [
            build_row("service", DependsOn=depend_on("model", "HEALTHY")),
            build_row("model", DependsOn=depend_on("fetch", "SUCCESS"),
                      HealthCheck={"Command": ["CMD", "true"]}),
            build_row("fetch", Essential=False),
        ]
    )  # fmt: skip
    assert [each.name for each in task.containers] == ["fetch", "model", "service"]


def test_defaults_are_those_of_ecs() -> None:
    """Essential, 30 s to stop, and a check every 30 s that fails three times."""
    (plain,) = parse_task_definition(
        [build_row("model", HealthCheck={"Command": ["CMD-SHELL", "curl -f localhost"]})]
    ).containers
    assert plain.essential
    assert plain.stop_timeout_s == 30
    check = plain.health_check
    assert check is not None
    assert check.command == ("/bin/sh", "-c", "curl -f localhost")
    numbers = (check.interval_s, check.timeout_s, check.retries, check.start_period_s)
    assert numbers == (30, 5, 3, 0)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([build_row("a", DependsOn=depend_on("b", "START"))], "a: DependsOn: b: the task has no"),
        ([build_row("a", LinuxParameters={})], "a: LinuxParameters.InitProcessEnabled: not true"),
        ([build_row("a", User="root")], "a: User: the rehearsal does not model"),
        (
            [build_row("a", DependsOn=depend_on("b", "HEALTHY")), build_row("b")],
            "a: DependsOn: b: HEALTHY, but it has no health check",
        ),
        (
            [build_row("a", DependsOn=depend_on("b", "SUCCESS")), build_row("b")],
            "a: DependsOn: b: SUCCESS, but ECS ends the task when it ends",
        ),
        (
            [build_row("a", DependsOn=depend_on("b", "READY")), build_row("b")],
            "'READY' is not one of START, COMPLETE",
        ),
        (
            [
                build_row("a", DependsOn=depend_on("b", "START")),
                build_row("b", DependsOn=depend_on("a", "START")),
            ],
            "no container can start first: ",
        ),
        ([build_row("a", HealthCheck={"Command": ["true"]})], "HealthCheck.Command: starts with"),
        ([build_row("a", Essential=False)], "no container is essential"),
    ],
)
def test_a_definition_that_cannot_be_run_is_refused(
    rows: list[dict[str, object]], message: str
) -> None:
    """Each refusal names the container and the property."""
    with pytest.raises(InputRefused, match=message):
        parse_task_definition(rows)


def test_an_unknown_container_is_named_with_those_that_exist() -> None:
    """As when a test kills a container that was renamed."""
    task = parse_task_definition([build_row("model")])
    assert task.find("model").name == "model"
    with pytest.raises(InputRefused, match="no container 'vllm'; it has model"):
        task.find("vllm")
