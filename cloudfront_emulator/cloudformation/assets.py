"""Assets: where the code lies that a template says is in S3.

`cdk synth` writes `<stack>.assets.json` beside `<stack>.template.json`; each of its files has a
path relative to that folder, and the object key that a function's Code names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from cloudfront_emulator.cloudformation.diagnostics import PropertyPath
from cloudfront_emulator.cloudformation.document import SUFFIX, TemplateDocument, TemplateResource
from cloudfront_emulator.cloudformation.property_reader import PropertyReader


class AssetManifest:
    """The code beside one template."""

    def __init__(self, document: TemplateDocument) -> None:
        self._folder = document.file.parent
        name = document.file.name
        self._manifest = document.file.with_name(f"{name.removesuffix(SUFFIX)}.assets.json")

    def find_code(self, resource: TemplateResource, bag: PropertyReader) -> Path | None:
        """The folder or zip of a function whose properties `bag` holds; None beside the fault."""
        written, place = bag.read_raw("Code"), bag.path / "Code"
        if isinstance(written, str):  # as `aws cloudformation package` takes it
            return self._check_exists(bag, place, written)
        code = written if isinstance(written, dict) else {}
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
        found = self._folder / path
        if found.is_dir() or (found.suffix == ".zip" and found.is_file()):
            return found
        remedy = f"synthesise it again, or name a bundle of {bag.path.logical_id}"
        bag.diagnostics.add_fault(place, f"no folder or zip {found}", remedy)
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
