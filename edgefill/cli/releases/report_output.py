"""Where a quality report is written: a page and, next to it, a JSON file of the same name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from edgefill.core.errors import InputRefused
from edgefill.quality.report_files import JSON_FILE, PAGE_FILE


def require_writable(page: Path) -> Path:
    """Return `page` if both files can be written, before anything expensive runs; InputRefused.

    The folder is created; files that exist stay as they are.
    """
    if page.suffix != ".html":
        raise InputRefused(f"{page}: a report is a page; write a name that ends in .html")
    for path in _list_paths(page).values():
        if path.is_dir():
            raise InputRefused(f"{path}: is a folder; give another name for the report")
    draft = _name_draft(page)
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        draft.touch()
        draft.unlink()
    except OSError as error:
        raise _explain(page, error) from error
    return page


def write_files(files: Mapping[str, bytes], page: Path) -> Path:
    """Write a report's files, both or none; return the page's path; InputRefused."""
    paths = _list_paths(require_writable(page))
    drafts = {name: _name_draft(path) for name, path in paths.items()}
    try:
        for name, draft in drafts.items():
            draft.write_bytes(files[name])
        for name, draft in drafts.items():
            draft.replace(paths[name])
    except OSError as error:
        raise _explain(page, error) from error
    finally:
        for draft in drafts.values():
            with suppress(OSError):
                draft.unlink(missing_ok=True)
    return page


def _list_paths(page: Path) -> dict[str, Path]:
    """The files by the names that they have in a report; the page is replaced last."""
    return {JSON_FILE: page.with_suffix(".json"), PAGE_FILE: page}


def _name_draft(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}")


def _explain(page: Path, error: OSError) -> InputRefused:
    return InputRefused(
        f"{page}: cannot be written ({error.strerror}); give another file for the report"
    )
