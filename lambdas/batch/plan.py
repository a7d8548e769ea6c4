"""The plan: which keys a drafting run drafts, and in which order.

The path of one key from here to the published pack, on one machine (`edgefill generate`, then
`edgefill publish`) as on AWS (steps.py and shard_job.py):

1. `plan.py` puts it into the run, by demand if there is a demand file.
2. `drafting_run.py` gives it to a worker; a large shard starts with `offline_rounds.py`.
3. `edgefill/drafting/batch_drafter.py` drafts it: `drafter.py` performs the steps that `steps.py`
   chooses. A role writes a text (`http.py`), the compiler checks it (`edgefill/compiler`), the
   judge decides (`edgefill/judging`), and what fails is revised or written anew.
4. The journal (`journal.py`) gets every step, so a run continues at the step that is missing.
5. `release.py` compiles the best text that the judge passed once more and hands it to
   `edgefill/release/publish.py`, which packs, writes and verifies them, then moves the pointer.

A demand file is CSV with one `key,count` per line, with or without that header, or JSON: an object
of key to count, or a list of {"key": ..., "count": ...}.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edgefill.core.errors import InputRefused
from edgefill.core.keys import Key, parse_key
from edgefill.core.value import replace

# Invalid lines that an error names before it counts the others.
MAX_PROBLEMS = 5

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

    from edgefill.catalogue.catalogue import Catalogue

DemandRow = tuple[int, Any, Any]  # line, key, count


def unique_keys(keys: Iterable[Key]) -> tuple[Key, ...]:
    """Return each of `keys` once, in their order."""
    return tuple(dict.fromkeys(keys))


def group_by_source(catalogue: Catalogue, keys: Iterable[Key]) -> list[tuple[Key, ...]]:
    """Return `keys` in groups of a key and the keys whose texts are derived from it.

    One machine drafts a group, because a derived text is made from the accepted one.
    """
    groups: dict[Key, list[Key]] = {}
    for key in keys:
        source = catalogue.entry(key.experience).derived_from
        groups.setdefault(replace(key, experience=source) if source else key, []).append(key)
    return [tuple(group) for group in groups.values()]


def take_with_sources(
    catalogue: Catalogue, ranked: Iterable[Key], top: int | None = None
) -> tuple[Key, ...]:
    """Return the first `top` of `ranked`, each after the key from whose text its own is made.

    One more than `top` if the last one needs its source; all without `top`.
    """
    taken: dict[Key, None] = {}
    for key in ranked:
        if top is not None and len(taken) >= top:
            break
        source = catalogue.entry(key.experience).derived_from
        if source:
            taken[replace(key, experience=source)] = None
        taken[key] = None
    return tuple(taken)


def rank_by_demand(demand: Mapping[Key, int], top: int | None = None) -> tuple[Key, ...]:
    """Return the `top` most demanded keys, or all keys in `demand`; ties are sorted by name."""
    ranked = sorted(demand, key=lambda key: (-demand[key], str(key)))
    return tuple(ranked[:top])


def read_demand(path: Path, catalogue_keys: Collection[Key]) -> Counter[Key]:
    """Read the counts by key; the counts of a repeated key are added.

    InputRefused names the file and line of an invalid entry, or of a key that is not in
    `catalogue_keys`.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputRefused(f"{path}: cannot be read as UTF-8 text ({error})") from error
    demand: Counter[Key] = Counter()
    problems: list[str] = []
    for line, key, count in _parse_rows(path, text):
        try:
            demand[_parse_catalogue_key(key, catalogue_keys)] += _parse_count(count)
        except ValueError as error:
            problems.append(f"{path}:{line}: {error}")
    if problems:
        more = f"; and {len(problems) - MAX_PROBLEMS} more" if len(problems) > MAX_PROBLEMS else ""
        raise InputRefused("; ".join(problems[:MAX_PROBLEMS]) + more)
    return demand


def _parse_rows(path: Path, text: str) -> Iterator[DemandRow]:
    if text.lstrip()[:1] in ("{", "["):
        return _parse_json_rows(path, text)
    return _parse_csv_rows(path, text)


def _parse_csv_rows(path: Path, text: str) -> Iterator[DemandRow]:
    lines = csv.reader(io.StringIO(text, newline=""))
    try:
        yield from _split_cells(lines)
    except csv.Error as error:
        line = lines.line_num + 1
        raise InputRefused(f"{path}:{line}: invalid CSV ({error}); write key,count") from error


def _split_cells(lines: CsvReader) -> Iterator[DemandRow]:
    for row in lines:
        cells = [cell.strip() for cell in row]
        is_header = lines.line_num == 1 and [cell.lower() for cell in cells] == ["key", "count"]
        if not any(cells) or is_header:
            continue
        key, count = cells if len(cells) == 2 else (",".join(row), None)
        yield lines.line_num, key, count


def _parse_json_rows(path: Path, text: str) -> Iterator[DemandRow]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise InputRefused(f"{path}:{line}: invalid JSON ({error})") from error
    entries = data.items() if isinstance(data, dict) else map(_parse_entry, data)
    position = 0
    for key, count in entries:
        # The text holds the entries in the order in which they were parsed.
        position = max(position, text.find(json.dumps(key), position))
        yield text.count("\n", 0, position) + 1, key, count


def _parse_entry(entry: Any) -> tuple[Any, Any]:
    if isinstance(entry, dict) and entry.keys() == {"key", "count"}:
        return entry["key"], entry["count"]
    return entry, None


def _parse_catalogue_key(text: Any, catalogue_keys: Collection[Key]) -> Key:
    key = parse_key(str(text))
    if key not in catalogue_keys:
        raise ValueError(f"the catalogue has no key {str(key)[:80]!r}; remove the line")
    return key


def _parse_count(count: Any) -> int:
    number = str(count).strip()
    if isinstance(count, bool) or not (number.isascii() and number.isdigit() and len(number) < 16):
        raise ValueError(f"count {str(count)[:40]!r} is not a whole number; write key,count")
    return int(number)
