"""The command `edgefill publish`: make a release of the finished drafts, or serve a stored one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from edgefill.catalogue.loader import load_catalogue
from edgefill.cli.connections import find_store
from edgefill.cli.options import (
    DEFAULT_STATE,
    JOURNAL,
    TEMPLATES,
    BucketOption,
    EndpointOption,
    JournalOption,
    JsonOption,
    RegionOption,
    StateOption,
    TemplatesOption,
)
from edgefill.cli.questions.train import find_teacher_cache
from edgefill.cli.releases.quality import track_report
from edgefill.cli.releases.releases import show
from edgefill.core.errors import InputRefused
from edgefill.drafting.renewal import renew_attempts
from edgefill.quality.report_files import build_report_files
from edgefill.release.manifest import Release
from edgefill.release.publish import serve
from edgefill.roles.judging_versions import find_judging_versions
from edgefill.router_training.release_routers import train_routing
from edgefill.router_training.teacher.teacher import INSTALL_COMMAND, Teacher, find_teacher
from edgefill.store.objects import ObjectStore
from lambdas.batch.journal import read_attempts
from lambdas.batch.release import (
    describe_loss,
    describe_unread,
    publish_drafts,
    select_drafts,
)

NOTHING = (
    "holds no accepted text for the present catalogue; make some with `edgefill generate`, or read "
    "what is held with `edgefill review`"
)


def command(
    *,
    canary: Annotated[
        float | None, typer.Option(help="Serve it to this percentage of the subjects only.")
    ] = None,
    release: Annotated[
        str | None, typer.Option(help="Serve this stored release instead of making one.")
    ] = None,
    journal: JournalOption = None,
    templates: TemplatesOption = TEMPLATES,
    teacher: Annotated[
        bool, typer.Option("--teacher", help="Let MiniLM teach the English routers; slower.")
    ] = False,
    bucket: BucketOption = None,
    endpoint_url: EndpointOption = None,
    region: RegionOption = None,
    state: StateOption = DEFAULT_STATE,
    as_json: JsonOption = False,
) -> None:
    """Publish the finished drafts as a release, with routers trained on the catalogue's questions.

    Visitors get either the whole old release or the whole new one.

    Raise a canary with --release ID --canary PERCENT; serve it to all with --release ID.
    """
    store = find_store(bucket=bucket, endpoint_url=endpoint_url, region=region, state=state)
    if release is not None:
        show(store, serve(store, release, canary=canary), as_json=as_json)
        return
    teacher_model = require_teacher() if teacher else None
    published, warnings = make_release(
        store, journal or state / JOURNAL, templates, canary, teacher=teacher_model
    )
    show(store, published, as_json=as_json, warnings=warnings)


def require_teacher() -> Teacher:
    """Return the teacher model; InputRefused says how to install it."""
    teacher = find_teacher(find_teacher_cache())
    if teacher is None:
        raise InputRefused(f"--teacher: MiniLM is not installed; run: {INSTALL_COMMAND}")
    return teacher


def make_release(
    store: ObjectStore,
    journal: Path,
    templates: Path,
    canary: float | None,
    *,
    teacher: Teacher | None = None,
) -> tuple[Release, list[str]]:
    """Publish the journal's drafts with their quality report; InputRefused.

    Only verdicts of the judge in roles.yaml, and of people, count. Returns the warnings, too.
    """
    catalogue = load_catalogue(templates / "catalogue")
    versions = find_judging_versions(templates, catalogue)
    attempts = read_attempts(journal, catalogue.version)
    drafts = select_drafts(catalogue, attempts, versions=versions)
    unread = describe_unread(attempts, versions)
    if not drafts:
        raise InputRefused(f"{journal}: {unread or NOTHING}")
    renewed = {key: renew_attempts(each, versions) for key, each in attempts.items()}
    with Console(stderr=True).status("training the routers, some seconds each"):
        routing = train_routing(catalogue, teacher=teacher)
    release = publish_drafts(
        store,
        catalogue=catalogue,
        drafts=drafts,
        now=datetime.now(UTC),
        routing=routing,
        canary=canary,
        reports=build_report_files(track_report(renewed, catalogue, templates)),
    )
    return release, list(filter(None, [unread, describe_loss(store, release)]))
