"""`python -m infra.laptop`: synthesise the template that the local CDN serves, within seconds.

The stacks are those of infra/app.py for stage `local`. This command needs no CDK command line, no
network, no cdk-nag and no Python of the runtime's version: the edge bundle holds sources, which
any Python runs, and the API bundle is a placeholder. So the result serves the local CDN only; `cdk
synth` writes what is deployed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edgefill.core.errors import EdgefillError
from infra.bundles.edge_bundle import ROOT, build_edge_bundle
from infra.bundles.public_keys import read_public_keys
from infra.settings import JWKS_FOLDER, find_settings

STAGE = "local"
OUT = ROOT / "cdk.out" / "laptop"
_CONTEXT = {
    # The CDK's command line sets these two.
    "aws:cdk:enable-path-metadata": True,
    "aws:cdk:enable-asset-metadata": True,
    # The rules take seconds; `make synth` applies them.
    "@aws-cdk/core:validateAgainstDefaultRules": False,
}
_PLACEHOLDER = "On one machine the API runs from its sources, next to the CDN.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceBundles:
    """Implements DeploymentBundles without compiled code and without packages."""

    folder: Path

    def build_edge(self, config: Mapping[str, Any]) -> str:
        """The sources of the edge function with its configuration."""
        target = self._create_folder("edge")
        build_edge_bundle(target, config)
        return str(target)

    def build_api(self, jwks: Mapping[str, Any]) -> str:
        """A placeholder."""
        return self._write_placeholder("api")

    def build_gpu(self) -> str:
        """A placeholder."""
        return self._write_placeholder("gpu")

    def build_batch(self) -> str:
        """A placeholder."""
        return self._write_placeholder("batch")

    def _write_placeholder(self, name: str) -> str:
        target = self._create_folder(name)
        (target / "README").write_text(_PLACEHOLDER)
        return str(target)

    def _create_folder(self, name: str) -> Path:
        target = self.folder / name
        target.mkdir(parents=True)
        return target


def write_assembly(out: Path) -> None:
    """Write the cloud assembly of store, service and edge to `out`, which is replaced atomically.

    The templates get the time of the start, so a source that is edited meanwhile is newer.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
        folder, start = Path(scratch), time.time()
        _build_assembly(folder / "assembly", SourceBundles(folder=folder / "bundles"))
        for template in (folder / "assembly").glob("*.template.json"):
            os.utime(template, (start, start))
        _replace_folder(folder / "assembly", out)


def _replace_folder(assembly: Path, out: Path) -> None:
    """Rename the assembly to `out`; an old `out` moves to the scratch folder and is deleted."""
    if out.exists():
        out.rename(assembly.with_name("replaced"))
    assembly.rename(out)


def _build_assembly(out: Path, bundles: SourceBundles) -> None:
    _put_node_on_path()
    from aws_cdk import App  # noqa: PLC0415 (it starts node)

    from infra.deployment import build_stacks  # noqa: PLC0415

    context = json.loads((ROOT / "cdk.json").read_bytes())["context"] | _CONTEXT
    app = App(outdir=str(out), context=context, analytics_reporting=False)
    build_stacks(
        app,
        settings=find_settings(STAGE),
        bundles=bundles,
        jwks=read_public_keys(JWKS_FOLDER / f"{STAGE}.json"),
    )
    app.synth()


def _put_node_on_path() -> None:
    """Let the CDK find the node in this virtual environment when it is not activated."""
    folder = Path(sys.executable).parent
    if (folder / "node").exists() and shutil.which("node") != str(folder / "node"):
        os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"


def main() -> None:
    """Synthesise and print the path of the edge's template."""
    parser = argparse.ArgumentParser(prog="python -m infra.laptop", description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT, help="the output folder; it is replaced")
    out = parser.parse_args().out
    try:
        write_assembly(out)
    except EdgefillError as error:
        sys.exit(f"infra.laptop: {error}")
    print(out / f"Edgefill-{STAGE}-Edge.template.json")  # noqa: T201 the command's output


if __name__ == "__main__":
    main()
