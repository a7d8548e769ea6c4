"""The versions of a model in its bucket: each a folder, checked as a whole model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from edgefill.operations.check_result import CheckResult, has_failed
from edgefill.operations.preflight.account import AccountReader
from edgefill.operations.preflight.account_checks import BucketWeightFolder
from edgefill.operations.preflight.model_fit import check_model_fits
from edgefill.operations.preflight.weights import check_weights, find_problem, sum_weight_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersion:
    """A folder of weights; `problem` says why it cannot be deployed."""

    name: str
    weight_bytes: int
    problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFolder:
    """The folder of all versions in the model bucket; `folder` has no slash at its end."""

    account: AccountReader
    bucket: str
    folder: str

    def open_version(self, name: str) -> BucketWeightFolder:
        """The folder of one version, which need not exist."""
        prefix = f"{self.folder}/{name}/"
        return BucketWeightFolder(account=self.account, bucket=self.bucket, prefix=prefix)

    def list_versions(self) -> list[ModelVersion]:
        """Every version by name; AccountUnreadable."""
        sizes = group_by_folder(self.account.list_sizes(self.bucket, f"{self.folder}/"))
        return [
            ModelVersion(
                name=name,
                weight_bytes=sum_weight_bytes(files),
                problem=find_problem(self.open_version(name), files),
            )
            for name, files in sorted(sizes.items())
        ]

    def check_version(self, name: str, instance_types: Sequence[str]) -> Iterator[CheckResult]:
        """The version is whole, and fits on each of these machines."""
        version = self.open_version(name)
        remedy = f"run `edgefill model publish MODEL_FOLDER --version {name}`"
        weights = check_weights(version, remedy=remedy)
        yield weights
        if not has_failed([weights]):
            yield from check_model_fits(version, instance_types)


def group_by_folder(sizes: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """The bytes of files by their first folder, then by the rest of their names."""
    groups: dict[str, dict[str, int]] = {}
    for name, size in sizes.items():
        folder, slash, rest = name.partition("/")
        if slash and rest:
            groups.setdefault(folder, {})[rest] = size
    return groups
