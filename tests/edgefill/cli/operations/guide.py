"""Reads docs/operations.md: its blocks of commands, by section."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

GUIDE = Path("docs/operations.md")
_BLOCK = re.compile(r"^( *)```(sh(?: aws-only)?)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideBlock:
    """The commands of one block; `is_runnable` if an emulator can run them."""

    section: str
    is_runnable: bool
    commands: str


def read_blocks() -> list[GuideBlock]:
    """Every block, in order."""
    sections = re.split(r"^## ", GUIDE.read_text(), flags=re.MULTILINE)[1:]
    return [
        GuideBlock(
            section=section.partition("\n")[0],
            is_runnable=kind == "sh",
            commands=dedent(indent + body if indent else body),
        )
        for section in sections
        for indent, kind, body in _BLOCK.findall(section)
    ]


def join_runnable(section: str) -> str:
    """The runnable commands of one section."""
    blocks = read_blocks()
    return "\n".join(
        block.commands for block in blocks if block.section == section and block.is_runnable
    )


def list_resources() -> list[tuple[str, str, str]]:
    """The stack, type and part of the logical id of each resource that the guide looks up."""
    text = GUIDE.read_text()
    return sorted(set(re.findall(r"find_resource (\w+) (AWS::\w+::\w+) (\w+)", text)))
