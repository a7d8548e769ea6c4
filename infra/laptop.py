"""`python -m infra.laptop`: the template that the local CDN serves, synthesised in seconds.

The same stacks as infra/app.py makes for stage `local`, without the CDK's command line, a network,
nag or the runtime's own Python: the edge's bundle holds the sources, which any Python runs, and the
API's is a placeholder. So this serves a laptop alone; `cdk synth` makes what is deployed.
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
from infra.bundles.layout import ROOT, stage_edge
from infra.bundles.public_keys import public_keys
from infra.settings import KEYS, settings_of

STAGE = "local"
OUT = ROOT / "cdk.out" / "laptop"
_CONTEXT = {
    "aws:cdk:enable-path-metadata": True,  # as the CDK's command line sets them
    "aws:cdk:enable-asset-metadata": True,
    "@aws-cdk/core:validateAgainstDefaultRules": False,  # takes seconds; `make synth` does it
}
_PLACEHOLDER = "The API runs beside the local CDN, from its sources.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceBundles:
    """Bundles (see infra.bundles.staged.Bundles) without a compiler and without packages."""

    folder: Path

    def edge(self, config: Mapping[str, Any]) -> str:
        """The sources of the edge with its configuration."""
        target = self._empty("edge")
        stage_edge(target, config)
        return str(target)

    def api(self, jwks: Mapping[str, Any]) -> str:
        """A placeholder."""
        return self._placeholder("api")

    def gpu(self) -> str:
        """A placeholder."""
        return self._placeholder("gpu")

    def _placeholder(self, name: str) -> str:
        target = self._empty(name)
        (target / "README").write_text(_PLACEHOLDER)
        return str(target)

    def _empty(self, name: str) -> Path:
        target = self.folder / name
        target.mkdir(parents=True)
        return target


def synthesise(out: Path) -> None:
    """Write the stacks up to the edge's into `out`, which is replaced in one step.

    The templates bear the time of the start: what is edited meanwhile is newer than they are.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as made:
        folder, start = Path(made), time.time()
        _synthesise(folder / "assembly", SourceBundles(folder=folder / "bundles"))
        for template in (folder / "assembly").glob("*.template.json"):
            os.utime(template, (start, start))
        _put(folder / "assembly", out)


def _put(assembly: Path, out: Path) -> None:
    """Rename the assembly to `out`; the one that stood there goes into the same folder, to die."""
    if out.exists():
        out.rename(assembly.with_name("replaced"))
    assembly.rename(out)


def _synthesise(out: Path, bundles: SourceBundles) -> None:
    _find_node()
    from aws_cdk import App  # noqa: PLC0415 (it starts node, which must be found by then)

    from infra.deployment import served  # noqa: PLC0415

    context = json.loads((ROOT / "cdk.json").read_bytes())["context"] | _CONTEXT
    app = App(outdir=str(out), context=context, analytics_reporting=False)
    served(
        app,
        settings=settings_of(STAGE),
        bundles=bundles,
        jwks=public_keys(KEYS / f"{STAGE}.json"),
    )
    app.synth()


def _find_node() -> None:
    """Let the CDK find the node that stands beside this Python, when it is not activated."""
    beside = Path(sys.executable).parent
    if (beside / "node").exists() and shutil.which("node") != str(beside / "node"):
        os.environ["PATH"] = f"{beside}{os.pathsep}{os.environ.get('PATH', '')}"


def main() -> None:
    """Synthesise, and say where."""
    parser = argparse.ArgumentParser(prog="python -m infra.laptop", description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT, help="a folder, replaced")
    out = parser.parse_args().out
    try:
        synthesise(out)
    except EdgefillError as error:
        sys.exit(f"infra.laptop: {error}")
    print(out / f"Edgefill-{STAGE}-Edge.template.json")  # noqa: T201 the command's answer


if __name__ == "__main__":
    main()
