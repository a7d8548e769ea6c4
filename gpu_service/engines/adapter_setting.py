"""The setting EDGEFILL_GPU_ADAPTERS: the adapters of one base model that requests may name."""

from __future__ import annotations

import re

from edgefill.core.errors import InputRefused
from gpu_service.settings import PREFIX

SETTING = f"{PREFIX}ADAPTERS"
NAME = re.compile("[a-z0-9-]+")


def parse_adapters(setting: str) -> dict[str, str]:
    """What each name of `NAME=TARGET,...` stands for; InputRefused names the part that is wrong."""
    targets: dict[str, str] = {}
    for part in (part.strip() for part in setting.split(",")):
        name, _, target = part.partition("=")
        if not part:
            continue
        if not (NAME.fullmatch(name) and target):
            raise InputRefused(
                f"{SETTING}: {part[:60]!r} is not NAME=TARGET with a name of a-z, 0-9 and -;"
                " write judge=/weights/judge, for example"
            )
        if name in targets:
            raise InputRefused(f"{SETTING}: {name}: the name is repeated; give each its own name")
        targets[name] = target
    return targets


def check_adapter_name(name: str, model: str) -> None:
    """InputRefused when adapter `name` has the name of `model`, so that no request could use it."""
    if name == model:
        raise InputRefused(f"{SETTING}: {name}: the model itself has this name; choose another")
