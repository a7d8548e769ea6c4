"""The version of the model in a task definition."""

import pytest

from edgefill.core.errors import InputRefused
from edgefill.operations.rollout.task_model import change_version, check_version, read_version
from tests.edgefill.operations.rollout.emulated_service import describe_task


def test_the_version_is_vllms_name_of_the_model() -> None:
    """As the service stack writes it."""
    assert read_version(describe_task("2026-11-30")) == "2026-11-30"


def test_another_version_changes_its_name_and_its_folder_and_nothing_else() -> None:
    """A task that is registered for v2 is the task of v2."""
    described = describe_task("default") | {"revision": 7, "status": "ACTIVE", "cpu": ""}
    assert change_version(described, "v2") == describe_task("v2")


def test_a_port_that_is_called_like_the_version_stays() -> None:
    """Only the two arguments and the two variables name the model."""
    task = change_version(describe_task("8090"), "v2")
    (_, service) = task["containerDefinitions"]
    assert {"name": "EDGEFILL_GPU_PORT", "value": "8090"} in service["environment"]


def test_a_task_without_a_model_is_refused() -> None:
    """With the argument that it lacks."""
    task = {"taskDefinitionArn": "arn:1", "containerDefinitions": [{"name": "a"}]}
    with pytest.raises(InputRefused, match="arn:1: no container has the argument --served-model"):
        read_version(task)


@pytest.mark.parametrize("version", ["", "../x", "a/b", "V2", ".", "-x", "x" * 64])
def test_a_version_that_is_no_folder_name_is_refused(version: str) -> None:
    """It would be another place in the bucket, or no name of a model."""
    with pytest.raises(InputRefused, match="write up to 63"):
        check_version(version)
