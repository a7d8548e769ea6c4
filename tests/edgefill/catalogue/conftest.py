"""A small catalogue on disk that the tests change."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pytest

FILES = {
    "shop.yaml": """\
name: Shop
locales: [en, de]
default_locale: en
fallbacks: {gsw: de}
dimensions:
  tier: {values: [basic, gold], default: basic}
  life: {values: [new, old], default: old}
tones: {warm: kind, crisp: short}
""",
    "experiences/hello.yaml": """\
id: hello
title: A greeting
goal: greet
format: text
tones: [warm, crisp]
cases:
  dimensions: [tier, life]
  broaden: [life, tier]
  written: [gold.new, gold.any, any.any]
slots:
  name: {type: name, required: true, default: you, description: first name}
  price: {type: money, currencies: [EUR], description: a price}
""",
    "fallbacks/hello/en.txt": "Hello {{ name }}\n",
    "fallbacks/hello/de.txt": "Hallo {{ name }}\n",
}


class Write(Protocol):
    """Writes the catalogue; in `file` the text `old` is replaced by `new`, bytes replace it all."""

    def __call__(self, file: str = "shop.yaml", old: str = "", new: str | bytes = "") -> Path: ...


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a catalogue into an empty folder."""

    def write(file: str = "shop.yaml", old: str = "", new: str | bytes = "") -> Path:
        for name, text in FILES.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        if isinstance(new, bytes):
            (tmp_path / file).write_bytes(new)
        elif old:
            assert old in FILES[file]
            (tmp_path / file).write_text(FILES[file].replace(old, new), encoding="utf-8")
        return tmp_path

    return write
