"""Checks of an AWS account before and after a deployment: credentials, bootstrap, quotas, weights.

Without credentials there is one result, which says so. A question that these credentials may not
ask is a warning that names the refused action.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from edgefill.operations.check_result import CheckResult, fail_check, pass_check, warn_check
from edgefill.operations.preflight.account import (
    AccountReader,
    AccountUnreadable,
    CertificateState,
    CredentialsMissing,
)
from edgefill.operations.preflight.deployment_needs import DeploymentNeeds
from edgefill.operations.preflight.model_fit import check_model_fits
from edgefill.operations.preflight.quotas import check_quotas
from edgefill.operations.preflight.weights import check_weights

MIN_BOOTSTRAP = 6  # CheckBootstrapVersion in every template of the CDK
EXPIRES_SOON = timedelta(days=14)  # ACM renews 60 days before the end, if DNS still allows it
BUCKET, TOPIC = "AWS::S3::Bucket", "AWS::SNS::Topic"
AccountCheck = Callable[[AccountReader, DeploymentNeeds], Iterable[CheckResult]]


def check_account(
    account: AccountReader, needs: DeploymentNeeds, *, now: datetime | None = None
) -> Iterator[CheckResult]:
    """All results for one stage, credentials first."""
    caller = check_credentials(account)
    yield caller
    if caller.status == "fail":
        return
    moment = now or datetime.now(UTC)
    checks: dict[str, AccountCheck] = {
        "bootstrap": check_bootstrap,
        "quota": check_quotas,
        "weights": check_stored_weights,
        "certificate": lambda reader, stage: check_certificate(reader, stage, now=moment),
        "alarms": check_recipient,
    }
    for name, check in checks.items():
        yield from _run_check(name, check, account, needs)


def check_credentials(account: AccountReader) -> CheckResult:
    """There are credentials, and they are not the root user's."""
    try:
        caller = account.read_caller()
    except CredentialsMissing as error:
        remedy = "run `aws sso login` or `aws configure`, or set AWS_PROFILE"
        return fail_check("credentials", f"none that AWS accepts ({error})", remedy=remedy)
    except AccountUnreadable as error:
        return fail_check("credentials", str(error), remedy="check the network and the profile")
    if caller.endswith(":root"):
        return warn_check("credentials", caller, remedy="use a role instead of the root user")
    return pass_check("credentials", caller)


def check_region(environment: Mapping[str, str], region: str) -> CheckResult:
    """The stacks' Region, and whether commands without --region look elsewhere."""
    other = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or region
    if other == region:
        return pass_check("region", region)
    text = f"the stacks are in {region}, but AWS_REGION is {other}"
    return warn_check("region", text, remedy=f"export AWS_REGION={region}")


def check_bootstrap(account: AccountReader, needs: DeploymentNeeds) -> Iterator[CheckResult]:
    """The account has a bootstrap stack that this CDK accepts."""
    version = account.read_bootstrap_version()
    remedy = f"run `node_modules/.bin/cdk bootstrap -c stage={needs.stage}`"
    if version is None:
        yield fail_check("bootstrap", f"{needs.region} is not bootstrapped", remedy=remedy)
    elif version < MIN_BOOTSTRAP:
        text = f"version {version} is older than {MIN_BOOTSTRAP}"
        yield fail_check("bootstrap", text, remedy=remedy)
    else:
        yield pass_check("bootstrap", f"version {version}")


def check_stored_weights(account: AccountReader, needs: DeploymentNeeds) -> Iterator[CheckResult]:
    """The model bucket exists and holds the whole live version, at first that of the settings."""
    if needs.weights is None:
        return
    stacks = (needs.name_stack("Store"), needs.name_stack("Service"))
    buckets = (account.find_resource(stack, BUCKET, "Models") for stack in stacks)
    bucket = next(filter(None, buckets), None)
    if bucket is None:
        text = "there is no model bucket yet"
        remedy = f"run `node_modules/.bin/cdk deploy --all -c stage={needs.stage}` first"
        yield warn_check("weights", text, remedy=remedy)
        return
    live = account.read_parameter(f"/edgefill/{needs.stage}/model")
    place = f"{needs.weights.rpartition('/')[0]}/{live}" if live else needs.weights
    folder = BucketWeightFolder(account=account, bucket=bucket, prefix=f"{place}/")
    remedy = f"run `aws s3 sync MODEL_FOLDER {folder.place}`; visitors get fallbacks meanwhile"
    result = check_weights(folder, remedy=remedy)
    yield result
    if result.status != "fail":
        yield from check_model_fits(folder, needs.instance_types)


def check_certificate(
    account: AccountReader, needs: DeploymentNeeds, *, now: datetime
) -> Iterator[CheckResult]:
    """The domain's certificate is issued, names the domain and does not expire soon."""
    if needs.certificate_arn is None or needs.domain is None:
        return
    certificate = account.read_certificate(needs.certificate_arn)
    problem = find_certificate_problem(certificate, needs.domain, now=now)
    if problem:
        remedy = f"validate or request it in ACM, {needs.region}, and correct infra/settings.py"
        yield fail_check("certificate", problem, remedy=remedy)
    else:
        yield pass_check("certificate", f"issued for {needs.domain}")


def find_certificate_problem(
    certificate: CertificateState | None, domain: str, *, now: datetime
) -> str | None:
    """What is wrong with a certificate for `domain`; None if nothing is."""
    if certificate is None:
        return "no certificate has the ARN in infra/settings.py"
    if certificate.status != "ISSUED":
        return f"its status is {certificate.status}, CloudFront needs ISSUED"
    wildcard = "*." + domain.partition(".")[2]
    if domain not in certificate.names and wildcard not in certificate.names:
        return f"it names {', '.join(certificate.names)}, not {domain}"
    if certificate.expires and certificate.expires - now < EXPIRES_SOON:
        return f"it expires on {certificate.expires:%Y-%m-%d} and was not renewed"
    return None


def check_recipient(account: AccountReader, needs: DeploymentNeeds) -> Iterator[CheckResult]:
    """Someone gets the alarms: an address in the settings that has confirmed."""
    if needs.alarm_email is None:
        remedy = "set alarm_email in infra/settings.py and deploy"
        yield warn_check("alarms", "alarms have no recipient", remedy=remedy)
        return
    topic = account.find_resource(needs.name_stack("Monitoring"), TOPIC, "Alarms")
    confirmed = account.read_subscriptions(topic).get(needs.alarm_email) if topic else None
    if confirmed:
        yield pass_check("alarms", f"{needs.alarm_email} gets them")
    elif topic is None:
        yield pass_check("alarms", f"{needs.alarm_email} gets them after the first deployment")
    else:
        text = f"{needs.alarm_email} has not confirmed the subscription"
        yield warn_check("alarms", text, remedy="follow the link in the e-mail from AWS")


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketWeightFolder:
    """A folder of weights in S3; `prefix` ends with a slash."""

    account: AccountReader
    bucket: str
    prefix: str

    @property
    def place(self) -> str:
        """See WeightFolder."""
        return f"s3://{self.bucket}/{self.prefix}"

    def list_sizes(self) -> Mapping[str, int]:
        """See WeightFolder."""
        return self.account.list_sizes(self.bucket, self.prefix)

    def read(self, name: str) -> bytes:
        """See WeightFolder."""
        return self.account.read_object(self.bucket, self.prefix + name)


def _run_check(
    name: str, check: AccountCheck, account: AccountReader, needs: DeploymentNeeds
) -> Iterator[CheckResult]:
    try:
        yield from check(account, needs)
    except AccountUnreadable as error:
        remedy = "use credentials that may read this, or check it by hand"
        yield warn_check(name, f"not checked: {error}", remedy=remedy)
