"""A small template in its own folder, which tests change before they read it."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from cloudfront_emulator.cloudformation import load_distribution
from cloudfront_emulator.distribution import DistributionConfig
from cloudfront_emulator.errors import CloudFormationRefused

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
TEMPLATE: dict[str, Any] = {
    "Resources": {
        "Cdn": {
            "Type": "AWS::CloudFront::Distribution",
            "Properties": {
                "DistributionConfig": {
                    "Enabled": True,
                    "Origins": [
                        {
                            "Id": "site",
                            "DomainName": "shop.example",
                            "CustomOriginConfig": {"OriginProtocolPolicy": "https-only"},
                        }
                    ],
                    "DefaultCacheBehavior": {
                        "TargetOriginId": "site",
                        "ViewerProtocolPolicy": "https-only",
                        "CachePolicyId": CACHING_DISABLED,
                    },
                }
            },
        },
        "FillAB12CD34": {
            "Type": "AWS::Lambda::Function",
            "Metadata": {"aws:cdk:path": "Stack/Edge/Fill/Resource"},
            "Properties": {
                "Code": {"S3Bucket": "assets", "S3Key": "abc.zip"},
                "Handler": "edge.handler",
                "Runtime": "python3.13",
                "Timeout": 5,
            },
        },
        "FillVersion": {
            "Type": "AWS::Lambda::Version",
            "Properties": {"FunctionName": {"Ref": "FillAB12CD34"}},
        },
    }
}
ASSETS = {"files": {"abc": {
    "source": {"path": "asset.abc", "packaging": "zip"},
    "destinations": {"here": {"objectKey": "abc.zip"}},
}}}  # fmt: skip


class EditableTemplate:
    """A template that tests change and read; `warnings` are those of the last reading."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.warnings = folder, list[str]()
        self.content = copy.deepcopy(TEMPLATE)
        (folder / "asset.abc").mkdir()
        (folder / "Stack.assets.json").write_text(json.dumps(ASSETS))

    @property
    def resources(self) -> dict[str, Any]:
        resources: dict[str, Any] = self.content["Resources"]
        return resources

    @property
    def config(self) -> dict[str, Any]:
        config: dict[str, Any] = self.resources["Cdn"]["Properties"]["DistributionConfig"]
        return config

    @property
    def default(self) -> dict[str, Any]:
        default: dict[str, Any] = self.config["DefaultCacheBehavior"]
        return default

    @property
    def origin(self) -> dict[str, Any]:
        origin: dict[str, Any] = self.config["Origins"][0]
        return origin

    @property
    def file(self) -> Path:
        return self.folder / "Stack.template.json"

    def add_policy(self, name: str, kind: str, config: dict[str, Any]) -> None:
        """Declare a policy."""
        self.resources[name] = {
            "Type": f"AWS::CloudFront::{kind}",
            "Properties": {f"{kind}Config": config},
        }

    def associate(self, trigger: str = "origin-request", **more: Any) -> None:
        """Put the function at a trigger."""
        association = {"EventType": trigger, "LambdaFunctionARN": {"Ref": "FillVersion"}, **more}
        self.default.setdefault("LambdaFunctionAssociations", []).append(association)

    def read(self, **options: Any) -> DistributionConfig:
        """The distribution as it is written now."""
        self.file.write_text(json.dumps(self.content))
        self.warnings.clear()
        return load_distribution(self.file, warn=self.warnings.append, **options)

    def read_refusal(self, **options: Any) -> str:
        """Why it is not read."""
        with pytest.raises(CloudFormationRefused) as caught:
            self.read(**options)
        return str(caught.value)
