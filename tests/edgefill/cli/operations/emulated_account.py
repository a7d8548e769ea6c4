"""An account of moto with the resources that docs/operations.md looks up."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from edgefill.catalogue.loader import load_catalogue
from edgefill.core.keys import Key
from edgefill.demand.dead_letters import find_dead_url
from edgefill.demand.queue import GenerationJob, SqsJobQueue
from edgefill.drafting.candidate import Candidate
from edgefill.judging.accepted_template import Provenance
from edgefill.judging.verdict import make_person_verdict
from edgefill.operations.rollout.upload import upload_folder
from edgefill.store.aws import AwsClients
from edgefill.store.s3 import S3ObjectStore
from lambdas.batch.release import publish_drafts
from tests.edgefill.operations.rollout import emulated_service as model

BUCKET, COPY = "edgefill-prod-templates", "edgefill-prod-copy"
WEIGHTS = Path("training/tiny_model")
OVERLAY = "t/live/welcome/en/lapsed.json"
FIFO: dict[str, Any] = {"FifoQueue": True}
STORE: dict[str, Any] = {
    "StoreTemplates1": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": BUCKET}},
    "DemandTable1": {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")
            ],
            "KeySchema": [
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            "BillingMode": "PAY_PER_REQUEST",
        },
    },
    "DemandRefused1": {"Type": "AWS::SQS::Queue", "Properties": FIFO | {"QueueName": "dead.fifo"}},
    "DemandKeys1": {
        "Type": "AWS::SQS::Queue",
        "Properties": FIFO
        | {
            "QueueName": "keys.fifo",
            "RedrivePolicy": {
                "deadLetterTargetArn": {"Fn::GetAtt": ["DemandRefused1", "Arn"]},
                "maxReceiveCount": 3,
            },
        },
    },
}
SERVICE: dict[str, Any] = {
    "GpuCluster1": {"Type": "AWS::ECS::Cluster", "Properties": {"ClusterName": "gpu"}},
    "GpuTask1": {
        "Type": "AWS::ECS::TaskDefinition",
        "Properties": {"ContainerDefinitions": [{"Name": "gpu", "Image": "x", "Memory": 8}]},
    },
    "GpuService1": {
        "Type": "AWS::ECS::Service",
        "Properties": {
            "Cluster": {"Ref": "GpuCluster1"},
            "TaskDefinition": {"Ref": "GpuTask1"},
            "DesiredCount": 1,
        },
    },
    "GpuMachinesLaunch1": {
        "Type": "AWS::AutoScaling::LaunchConfiguration",
        "Properties": {"ImageId": "ami-12c6146b", "InstanceType": "g4dn.xlarge"},
    },
    "GpuMachinesGroupg6xlarge1": {
        "Type": "AWS::AutoScaling::AutoScalingGroup",
        "Properties": {
            "AvailabilityZones": ["us-east-1a"],
            "LaunchConfigurationName": {"Ref": "GpuMachinesLaunch1"},
            "MinSize": "1",
            "MaxSize": "1",
        },
    },
}


def create_account(endpoint: str) -> AwsClients:
    """Two stacks, two releases, an overlay and two dead letters; the clients that made them."""
    urlopen(Request(f"{endpoint}/moto-api/reset", method="POST")).close()
    # On a busy machine moto needs more than the 5 s after which a client repeats its request.
    aws = replace(AwsClients.for_emulator(endpoint), read_timeout=60)
    formation = aws.make_client("cloudformation")
    for name, resources in (("Store", STORE), ("Service", SERVICE)):
        formation.create_stack(
            StackName=f"Edgefill-prod-{name}", TemplateBody=json.dumps({"Resources": resources})
        )
    s3 = aws.make_s3()
    s3.create_bucket(Bucket=COPY)
    store = S3ObjectStore(s3, BUCKET)
    for number, text in enumerate(("<p>Hello {{ name }}</p>", "<p>Welcome {{ name }}</p>")):
        publish_text(store, text, number)
    s3.put_object(Bucket=BUCKET, Key=OVERLAY, Body=b"{}")
    send_dead_letters(aws)
    create_model(aws)
    return aws


def create_model(aws: AwsClients) -> None:
    """Two versions in the model bucket: v2 is live, `default` was before."""
    s3, ssm, ecs = aws.make_s3(), aws.make_ssm(), aws.make_ecs()
    s3.create_bucket(Bucket=model.BUCKET)
    for version in ("default", "v2"):
        list(upload_folder(s3, WEIGHTS, bucket=model.BUCKET, prefix=f"models/{version}/"))
        ssm.put_parameter(Name=model.LIVE_PARAMETER, Value=version, Type="String", Overwrite=True)
    (service,) = ecs.list_services(cluster="gpu")["serviceArns"]
    target = json.loads(model.describe_target()) | {"service": service.rpartition("/")[2]}
    ssm.put_parameter(Name="/edgefill/prod/model-rollout", Value=json.dumps(target), Type="String")
    task = ecs.register_task_definition(**model.describe_task("v2"))["taskDefinition"]
    ecs.update_service(
        cluster="gpu", service=service, taskDefinition=task["taskDefinitionArn"], desiredCount=1
    )


def publish_text(store: S3ObjectStore, text: str, number: int) -> None:
    """Publish a release with one text, which a person passed."""
    provenance = Provenance(origin="person", model="")
    verdict = make_person_verdict("pass", reader="test", reason="written by hand")
    key = Key(experience="welcome", locale="en", case="any")
    text = f'{text} <p>{{{{ percent }}}}% <a href="{{{{ shop_url }}}}">in the shop</a></p>'
    publish_drafts(
        store,
        catalogue=load_catalogue(Path("templates/catalogue")),
        drafts=[Candidate(key=key, text=text, provenance=provenance).add_verdicts(verdict)],
        now=datetime(2026, 11, 30, tzinfo=UTC) + timedelta(hours=number),
    )


def send_dead_letters(aws: AwsClients) -> None:
    """Put two keys into the dead-letter queue."""
    sqs = aws.make_sqs()
    url = sqs.get_queue_url(QueueName="keys.fifo")["QueueUrl"]
    dead = SqsJobQueue(sqs, find_dead_url(sqs, url))
    for key in ("welcome/en/lapsed", "flash-sale/en/any"):
        dead.send(GenerationJob(key=key, version="c1"))
