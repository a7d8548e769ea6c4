"""What each principal needs: for the calls of our code, and for what AWS does in its name.

Our code's calls are those of calls.json; OPERATIONS maps each to the actions that authorize it, and
an operation that it does not know is refused. declared_needs.py has the rest.

Sources: docs.aws.amazon.com/service-authorization/latest/reference, pages list_amazons3,
list_amazondynamodb, list_amazonsqs, list_amazonelasticcontainerservice, list_awssystemsmanager and
list_awssecretsmanager; for S3 also
docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html, which names the
action of each operation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from tests.infra.permissions.declared_needs import DECLARED
from tests.infra.permissions.policies import Permission
from tests.infra.permissions.principals import Principal

PARAMETER = "arn:aws:ssm:us-east-1:000000000000:parameter{parameter}"  # its name begins with "/"
# The six characters at the end are chosen by AWS.
SECRET = "arn:aws:secretsmanager:us-east-1:000000000000:secret:{secret}-??????"
# The actions of an operation, each with its resource.
OPERATIONS: Mapping[str, Mapping[str, str]] = {
    "s3:GetObject": {"s3:GetObject": "{bucket}/{object}"},
    "s3:PutObject": {"s3:PutObject": "{bucket}/{object}"},
    "s3:ListObjectsV2": {"s3:ListBucket": "{bucket}"},
    "dynamodb:PutItem": {"dynamodb:PutItem": "{table}"},
    "dynamodb:UpdateItem": {"dynamodb:UpdateItem": "{table}"},
    "dynamodb:DeleteItem": {"dynamodb:DeleteItem": "{table}"},
    "dynamodb:Query": {"dynamodb:Query": "{table}"},
    "sqs:SendMessage": {"sqs:SendMessage": "{queue}"},
    "sqs:ReceiveMessage": {"sqs:ReceiveMessage": "{queue}"},
    "sqs:DeleteMessage": {"sqs:DeleteMessage": "{queue}"},
    "ecs:DescribeClusters": {"ecs:DescribeClusters": "{cluster}"},
    "ecs:DescribeServices": {"ecs:DescribeServices": "{service}"},
    "ecs:UpdateService": {"ecs:UpdateService": "{service}"},
    "ecs:DescribeTaskDefinition": {"ecs:DescribeTaskDefinition": "*"},  # it supports no resource
    "ssm:GetParameter": {"ssm:GetParameter": PARAMETER},
    "ssm:PutParameter": {"ssm:PutParameter": PARAMETER},
    "secretsmanager:GetSecretValue": {"secretsmanager:GetSecretValue": SECRET},
}
# Without ListBucket S3 answers 403 instead of 404 (AmazonS3/latest/API/API_GetObject.html,
# "Permissions").
ABSENT: Mapping[str, str] = {"s3:ListBucket": "{bucket}"}
# A stage without a GPU service has none to start, so its API makes no such call; nor does a canary
# without tokens.
OPTIONAL_PLACES = {"{cluster}": "cluster", "{service}": "service", SECRET: "secret"}


def list_needs(principal: Principal, record: Mapping[str, Collection[str]]) -> set[Permission]:
    """Everything that a principal needs in its stage; LookupError for what this table lacks."""
    calls = {need for line in record.get(principal.name, ()) for need in read_line(line)}
    declared = {
        (action, resource, row.conditions)
        for row in DECLARED
        if row.kind in principal.kinds
        for action in row.actions
        for resource in row.resources
    }
    return set(_place(principal, {(*call, "") for call in calls} | declared))


def read_line(line: str) -> Iterator[tuple[str, str]]:
    """The actions of a line of calls.json, each with its resource; LookupError."""
    _, operation, *rest = line.split()
    if operation not in OPERATIONS:
        raise LookupError(f"{operation}: add its actions to OPERATIONS of needs.py")
    absent = ABSENT if rest[1:] == ["absent"] else {}
    for action, resource in {**OPERATIONS[operation], **absent}.items():
        yield action, resource.replace("{object}", rest[0] if rest else "")


def _place(principal: Principal, needs: set[tuple[str, str, str]]) -> Iterator[Permission]:
    for action, resource, conditions in needs:
        place = OPTIONAL_PLACES.get(resource)
        if place and place not in principal.places:
            continue
        yield Permission(
            action=action,
            resource=resource.format_map(principal.places),
            conditions=conditions.format_map(principal.places),
        )
