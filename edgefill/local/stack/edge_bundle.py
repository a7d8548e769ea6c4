"""Copies the synthesised bundle of the edge function and writes this stack's configuration."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cloudfront_emulator.cloudformation import load_distribution

CONFIG = Path("lambdas/edge/config.json")  # within the bundle


def write_edge_bundle(template: Path, target: Path, config: Mapping[str, Any]) -> None:
    """Copy the bundle of the template's only function to `target` and write `config` into it.

    `config` holds a secret, so only the owner can read its file. TemplateRefused.
    """
    distribution = load_distribution(template, warn=lambda _: None)
    (function,) = distribution.functions.values()
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(function.code, target)
    file = target / CONFIG
    file.unlink()
    file.touch(mode=0o600)
    file.write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")
