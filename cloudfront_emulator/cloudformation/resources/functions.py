"""Lambda@Edge functions: from an association through a version to code on this machine.

`cdk synth` writes `<stack>.assets.json` next to `<stack>.template.json`. Each of its files has a
path relative to that folder and the object key that a function's Code names.
Source: CloudFront Developer Guide, lambda-at-edge-function-restrictions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from cloudfront_emulator.cloudformation.context import TemplateContext
from cloudfront_emulator.cloudformation.diagnostics import PropertyPath
from cloudfront_emulator.cloudformation.document import SUFFIX, TemplateDocument, TemplateResource
from cloudfront_emulator.cloudformation.property_reader import PropertyReader
from cloudfront_emulator.distribution import FunctionConfig

_ARN = "LambdaFunctionARN"
_HASH = re.compile(r"[0-9A-F]{8}$")  # what the CDK puts behind a logical id
_FUNCTION, _VERSION = "AWS::Lambda::Function", "AWS::Lambda::Version"
_REFUSED_AT_THE_EDGE = (
    "Environment", "Layers", "VpcConfig", "DeadLetterConfig", "ImageConfig", "FileSystemConfigs",
    "KmsKeyArn", "SnapStart",
)  # fmt: skip


class FunctionReader:
    """The functions that associations name, each read once.

    `bundles` gives other code by a function's logical id, the same without the CDK's hash, or its
    construct path within the stack ("Edge/Fill").
    """

    def __init__(self, context: TemplateContext, bundles: Mapping[str, Path]) -> None:
        self._context, self._bundles = context, bundles
        self._assets = AssetManifest(context.document)
        self.functions: dict[str, FunctionConfig] = {}
        self._bundle_names: dict[str, set[str]] = {}

    def read_association(self, bag: PropertyReader) -> str | None:
        """The logical id of an association's function; None beside a finding."""
        arn, place = bag.require_text(_ARN), bag.path / _ARN
        if not arn:
            return None
        resource = self._find_function(arn, place)
        if resource is None or resource.logical_id in self._bundle_names:
            return resource.logical_id if resource is not None else None
        self._bundle_names[resource.logical_id] = _list_names(resource)
        return self._read(resource)

    def check_bundles(self) -> None:
        """A bundle that no function asked for is a mistake."""
        names = set[str]().union(*self._bundle_names.values())
        for name in sorted(self._bundles.keys() - names):
            existing = ", ".join(sorted(self._bundle_names)) or "none"
            self._context.diagnostics.add_fault(
                PropertyPath(name),
                "no edge function of this distribution",
                f"the functions are: {existing}",
            )

    def _find_function(self, arn: str, place: PropertyPath) -> TemplateResource | None:
        findings = self._context.diagnostics
        version = self._context.find_resource(arn, _VERSION)
        if version is None:
            if self._context.find_resource(arn, _FUNCTION):
                remedy = "associate a version of it (AWS::Lambda::Version)"
                findings.add_fault(place, "Lambda@Edge takes no $LATEST", remedy)
            else:
                what = f"the function {arn} is not in this template, so its code is not here"
                findings.add_unsupported(place, what, "declare it in the distribution's own stack")
            return None
        name = self._context.read_properties(version).read_text("FunctionName")
        function = self._context.find_resource(name, _FUNCTION)
        if function is None:
            version_place = PropertyPath(version.logical_id, "FunctionName")
            findings.add_fault(
                version_place, f"unknown function {name!r}", "Ref one of this template"
            )
        return function

    def _read(self, resource: TemplateResource) -> str | None:
        bag = self._context.read_properties(resource)
        runtime = bag.read_text("Runtime")
        if bag.read_text("PackageType", "Zip") != "Zip" or not runtime.startswith("python3."):
            what = f"{runtime or 'a container image'} is not run here, only Python"
            bag.diagnostics.add_unsupported(bag.path / "Runtime", what)
            del self._bundle_names[resource.logical_id]
            return None
        for name in _REFUSED_AT_THE_EDGE:
            bag.refuse_unless_off(name, "Lambda@Edge refuses functions with it")
        if "arm64" in bag.read_texts("Architectures"):
            bag.diagnostics.add_unsupported(
                bag.path / "Architectures", "Lambda@Edge runs x86_64 alone"
            )
        code = self._find_bundle(resource) or self._assets.find_code(resource, bag)
        if code is not None:
            self.functions[resource.logical_id] = FunctionConfig(
                id=resource.logical_id,
                code=code,
                handler=_read_handler(bag),
                runtime=runtime,
                memory_mb=bag.read_integer("MemorySize", 128, 128, 10_240),
                timeout=bag.read_number("Timeout", 3, 1, 900),
            )
        return resource.logical_id

    def _find_bundle(self, resource: TemplateResource) -> Path | None:
        for name, path in self._bundles.items():
            if name in self._bundle_names[resource.logical_id]:
                if not path.exists():
                    place = PropertyPath(resource.logical_id, "Code")
                    self._context.diagnostics.add_fault(
                        place, f"no bundle {path}", "build it first"
                    )
                return path
        return None


def _read_handler(bag: PropertyReader) -> str:
    handler = bag.require_text("Handler")
    if handler and "." not in handler:
        what = f"{handler!r} names no function of a module"
        bag.diagnostics.add_fault(bag.path / "Handler", what, "write it as module.function")
    return handler


def _list_names(resource: TemplateResource) -> set[str]:
    path = str(resource.metadata.get("aws:cdk:path", "")).removesuffix("/Resource")
    names = {resource.logical_id, _HASH.sub("", resource.logical_id), path.partition("/")[2]}
    return names - {""}


class AssetManifest:
    """The code beside one template."""

    def __init__(self, document: TemplateDocument) -> None:
        self._folder = document.file.parent
        name = document.file.name
        self._manifest = document.file.with_name(f"{name.removesuffix(SUFFIX)}.assets.json")

    def find_code(self, resource: TemplateResource, bag: PropertyReader) -> Path | None:
        """The folder or zip of a function whose properties `bag` holds; None beside the fault."""
        value, place = bag.read_raw("Code"), bag.path / "Code"
        if isinstance(value, str):  # as `aws cloudformation package` takes it
            return self._check_exists(bag, place, value)
        code = value if isinstance(value, dict) else {}
        if "ZipFile" in code:
            remedy = f"put it into a folder and name that as the bundle of {resource.logical_id}"
            bag.diagnostics.add_fault(place / "ZipFile", "inline code is not run", remedy)
            return None
        path = self._paths.get(str(code.get("S3Key"))) or resource.metadata.get("aws:asset:path")
        if path is None:
            what = f"no asset beside the template is {code.get('S3Key', 'named')}"
            remedy = f"synthesise it again, or name a bundle of {resource.logical_id}"
            bag.diagnostics.add_fault(place / "S3Key", what, remedy)
            return None
        return self._check_exists(bag, place / "S3Key", str(path))

    def _check_exists(self, bag: PropertyReader, place: PropertyPath, path: str) -> Path | None:
        code = self._folder / path
        if code.is_dir() or (code.suffix == ".zip" and code.is_file()):
            return code
        remedy = f"synthesise it again, or name a bundle of {bag.path.logical_id}"
        bag.diagnostics.add_fault(place, f"no folder or zip {code}", remedy)
        return None

    @cached_property
    def _paths(self) -> Mapping[str, str]:
        """Path by object key."""
        try:
            files: dict[str, Any] = json.loads(self._manifest.read_bytes())["files"]
            return {
                str(place["objectKey"]): str(each["source"]["path"])
                for each in files.values()
                for place in each["destinations"].values()
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}  # the metadata of the resources may still say
