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
    """Reads the functions of associations, each of them once.

    `bundles` replaces a function's code. Its keys are the logical id, the logical id without the
    CDK's hash, or the construct path within the stack ("Edge/Fill").
    """

    def __init__(self, context: TemplateContext, bundles: Mapping[str, Path]) -> None:
        self._context, self._bundles = context, bundles
        self._assets = AssetManifest(context.document)
        self.functions: dict[str, FunctionConfig] = {}
        self._bundle_names: dict[str, set[str]] = {}

    def read_association(self, reader: PropertyReader) -> str | None:
        """The logical id of an association's function; None after reporting a problem."""
        arn, place = reader.require_text(_ARN), reader.path / _ARN
        if not arn:
            return None
        resource = self._find_function(arn, place)
        if resource is None or resource.logical_id in self._bundle_names:
            return resource.logical_id if resource is not None else None
        self._bundle_names[resource.logical_id] = _list_names(resource)
        return self._read(resource)

    def check_bundles(self) -> None:
        """Report bundles that belong to no function."""
        names = set[str]().union(*self._bundle_names.values())
        for name in sorted(self._bundles.keys() - names):
            existing = ", ".join(sorted(self._bundle_names)) or "none"
            self._context.diagnostics.add_fault(
                PropertyPath(name),
                "this distribution has no such edge function",
                f"the functions are: {existing}",
            )

    def _find_function(self, arn: str, place: PropertyPath) -> TemplateResource | None:
        diagnostics = self._context.diagnostics
        version = self._context.find_resource(arn, _VERSION)
        if version is None:
            if self._context.find_resource(arn, _FUNCTION):
                remedy = "associate a version of it (AWS::Lambda::Version)"
                diagnostics.add_fault(place, "Lambda@Edge does not accept $LATEST", remedy)
            else:
                what = f"the function {arn} is not in this template, so its code is not here"
                diagnostics.add_unsupported(
                    place, what, "declare it in the distribution's own stack"
                )
            return None
        name = self._context.read_properties(version).read_text("FunctionName")
        function = self._context.find_resource(name, _FUNCTION)
        if function is None:
            version_place = PropertyPath(version.logical_id, "FunctionName")
            diagnostics.add_fault(
                version_place, f"unknown function {name!r}", "Ref one of this template"
            )
        return function

    def _read(self, resource: TemplateResource) -> str | None:
        reader = self._context.read_properties(resource)
        runtime = reader.read_text("Runtime")
        if reader.read_text("PackageType", "Zip") != "Zip" or not runtime.startswith("python3."):
            what = f"{runtime or 'a container image'} is not run here, only Python"
            reader.diagnostics.add_unsupported(reader.path / "Runtime", what)
            del self._bundle_names[resource.logical_id]
            return None
        for name in _REFUSED_AT_THE_EDGE:
            reader.refuse_unless_off(name, "Lambda@Edge refuses functions with it")
        if "arm64" in reader.read_texts("Architectures"):
            reader.diagnostics.add_unsupported(
                reader.path / "Architectures", "Lambda@Edge runs x86_64 only"
            )
        code = self._find_bundle(resource) or self._assets.find_code(resource, reader)
        if code is not None:
            self.functions[resource.logical_id] = FunctionConfig(
                id=resource.logical_id,
                code=code,
                handler=_read_handler(reader),
                runtime=runtime,
                memory_mb=reader.read_integer("MemorySize", 128, 128, 10_240),
                timeout=reader.read_number("Timeout", 3, 1, 900),
            )
        return resource.logical_id

    def _find_bundle(self, resource: TemplateResource) -> Path | None:
        for name, path in self._bundles.items():
            if name in self._bundle_names[resource.logical_id]:
                if not path.exists():
                    place = PropertyPath(resource.logical_id, "Code")
                    self._context.diagnostics.add_fault(
                        place, f"the bundle {path} does not exist", "build it first"
                    )
                return path
        return None


def _read_handler(reader: PropertyReader) -> str:
    handler = reader.require_text("Handler")
    if handler and "." not in handler:
        what = f"{handler!r} does not name a function of a module"
        reader.diagnostics.add_fault(reader.path / "Handler", what, "write it as module.function")
    return handler


def _list_names(resource: TemplateResource) -> set[str]:
    path = str(resource.metadata.get("aws:cdk:path", "")).removesuffix("/Resource")
    names = {resource.logical_id, _HASH.sub("", resource.logical_id), path.partition("/")[2]}
    return names - {""}


class AssetManifest:
    """Finds the code next to a template."""

    def __init__(self, document: TemplateDocument) -> None:
        self._folder = document.file.parent
        name = document.file.name
        self._manifest = document.file.with_name(f"{name.removesuffix(SUFFIX)}.assets.json")

    def find_code(self, resource: TemplateResource, reader: PropertyReader) -> Path | None:
        """The folder or zip of the function of `reader`; None after reporting a problem."""
        value, place = reader.read_raw("Code"), reader.path / "Code"
        # A path, as `aws cloudformation package` accepts it.
        if isinstance(value, str):
            return self._check_exists(reader, place, value)
        code = value if isinstance(value, dict) else {}
        if "ZipFile" in code:
            remedy = f"put it into a folder and add --bundle {resource.logical_id}=FOLDER"
            reader.diagnostics.add_fault(place / "ZipFile", "inline code is not run", remedy)
            return None
        path = self._paths.get(str(code.get("S3Key"))) or resource.metadata.get("aws:asset:path")
        if path is None:
            what = f"no asset next to the template for {code.get('S3Key', 'this function')}"
            remedy = f"synthesise it again, or name a bundle of {resource.logical_id}"
            reader.diagnostics.add_fault(place / "S3Key", what, remedy)
            return None
        return self._check_exists(reader, place / "S3Key", str(path))

    def _check_exists(self, reader: PropertyReader, place: PropertyPath, path: str) -> Path | None:
        code = self._folder / path
        if code.is_dir() or (code.suffix == ".zip" and code.is_file()):
            return code
        remedy = f"synthesise it again, or name a bundle of {reader.path.logical_id}"
        reader.diagnostics.add_fault(place, f"no folder or zip {code}", remedy)
        return None

    @cached_property
    def _paths(self) -> Mapping[str, str]:
        """Paths of assets by object key."""
        try:
            files: dict[str, Any] = json.loads(self._manifest.read_bytes())["files"]
            return {
                str(place["objectKey"]): str(each["source"]["path"])
                for each in files.values()
                for place in each["destinations"].values()
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}  # the resource's metadata may have the path
