"""AccountReader: what `edgefill doctor` reads in an AWS account; the Protocol and its twin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from edgefill.core.errors import EdgefillError


class AccountUnreadable(EdgefillError):
    """AWS did not answer a question; the text has AWS's reason, without any credential."""


class CredentialsMissing(AccountUnreadable):
    """There are no credentials, or they have expired."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceQuota:
    """An applied quota of EC2, in vCPUs."""

    name: str
    code: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateState:
    """A certificate of ACM; `status` is AWS's word."""

    status: str
    names: tuple[str, ...]
    expires: datetime | None


class AccountReader(Protocol):
    """Reads one account in one Region; AccountUnreadable, CredentialsMissing."""

    def read_caller(self) -> str:
        """The ARN of the credentials' owner."""
        ...

    def read_ec2_quotas(self) -> Mapping[str, ServiceQuota]:
        """EC2's applied quotas by name."""
        ...

    def read_vcpus(self, instance_type: str) -> int | None:
        """The vCPUs of an instance type; None when the Region does not offer it."""
        ...

    def read_bootstrap_version(self) -> int | None:
        """The version of the CDK's bootstrap stack; None without one."""
        ...

    def read_parameter(self, name: str) -> str | None:
        """A parameter of Systems Manager; None when there is none of this name."""
        ...

    def read_certificate(self, arn: str) -> CertificateState | None:
        """A certificate; None when there is none of this ARN."""
        ...

    def find_resource(self, stack: str, type_: str, has: str) -> str | None:
        """The physical id of a stack's resource whose logical id contains `has`."""
        ...

    def read_subscriptions(self, topic: str) -> Mapping[str, bool]:
        """For each address that subscribes to a topic, whether it is confirmed."""
        ...

    def list_sizes(self, bucket: str, prefix: str) -> Mapping[str, int]:
        """The bytes of the objects under `prefix`, by the rest of their keys."""
        ...

    def read_object(self, bucket: str, key: str) -> bytes:
        """The content of one object."""
        ...


@dataclass(frozen=True, kw_only=True)
class MemoryAccount:
    """An account in memory, for tests."""

    caller: str = "arn:aws:iam::123456789012:role/engineer"
    quotas: Mapping[str, float] = field(default_factory=dict)
    vcpus: Mapping[str, int] = field(default_factory=dict)
    bootstrap: int | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    certificates: Mapping[str, CertificateState] = field(default_factory=dict)
    resources: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (stack, type)
    subscriptions: Mapping[str, bool] = field(default_factory=dict)
    objects: Mapping[str, bytes] = field(default_factory=dict)  # by bucket/key
    failures: Mapping[str, AccountUnreadable] = field(default_factory=dict)  # by method

    def read_caller(self) -> str:
        """See AccountReader."""
        self._fail("read_caller")
        return self.caller

    def read_ec2_quotas(self) -> Mapping[str, ServiceQuota]:
        """See AccountReader."""
        self._fail("read_ec2_quotas")
        rows = self.quotas.items()
        return {name: ServiceQuota(name=name, code="L-1", value=value) for name, value in rows}

    def read_vcpus(self, instance_type: str) -> int | None:
        """See AccountReader."""
        return self.vcpus.get(instance_type)

    def read_bootstrap_version(self) -> int | None:
        """See AccountReader."""
        self._fail("read_bootstrap_version")
        return self.bootstrap

    def read_parameter(self, name: str) -> str | None:
        """See AccountReader."""
        return self.parameters.get(name)

    def read_certificate(self, arn: str) -> CertificateState | None:
        """See AccountReader."""
        return self.certificates.get(arn)

    def find_resource(self, stack: str, type_: str, has: str) -> str | None:
        """See AccountReader; `has` is not looked at."""
        return self.resources.get((stack, type_))

    def read_subscriptions(self, topic: str) -> Mapping[str, bool]:
        """See AccountReader."""
        return self.subscriptions

    def list_sizes(self, bucket: str, prefix: str) -> Mapping[str, int]:
        """See AccountReader."""
        place = f"{bucket}/{prefix}"
        return {
            key.removeprefix(place): len(content)
            for key, content in self.objects.items()
            if key.startswith(place)
        }

    def read_object(self, bucket: str, key: str) -> bytes:
        """See AccountReader."""
        return self.objects[f"{bucket}/{key}"]

    def _fail(self, method: str) -> None:
        if method in self.failures:
            raise self.failures[method]
