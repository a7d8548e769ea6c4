"""Finds the judge that a report is about: a file of the small judge, or a role of roles.yaml."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.cli.connections import find_gpu_url
from edgefill.core.errors import InputRefused
from edgefill.drafting.writers.http import HttpGenerator
from edgefill.judge_training.labels import LabelledText
from edgefill.judging import Judge, SmallJudge, Verdict
from edgefill.judging.model import load_model
from edgefill.roles.connect import connect_roles
from edgefill.roles.loader import load_roles
from edgefill.roles.roles import RoleName

JUDGING_ROLES: tuple[RoleName, ...] = ("judge", "critic")

Decide = Callable[[LabelledText], Verdict]


@contextmanager
def open_judge(
    role: str, file: Path, templates: Path, *, gpu_url: str | None, state: Path
) -> Iterator[Decide]:
    """Judge labelled texts by `role`, or by the small judge in `file` if it is empty.

    InputRefused for another role, or one that is not configured; ObjectCorrupt for a bad file.
    """
    catalogue = load_catalogue(templates / "catalogue")
    if not role:
        yield _make_decision(SmallJudge(model=load_model(file)), catalogue)
        return
    with httpx.Client() as client:
        judge = _connect_role(
            role,
            templates=templates,
            catalogue=catalogue,
            client=client,
            gpu_url=gpu_url,
            state=state,
        )
        yield _make_decision(judge, catalogue)


def _connect_role(
    role: str,
    *,
    templates: Path,
    catalogue: Catalogue,
    client: httpx.Client,
    gpu_url: str | None,
    state: Path,
) -> Judge:
    name = next((each for each in JUDGING_ROLES if each == role), None)
    if name is None:
        raise InputRefused(f"--role {role}: choose {' or '.join(JUDGING_ROLES)}")
    configured = load_roles(templates, environment=os.environ).find(name)
    if configured is None:
        raise InputRefused(f"--role {role}: {templates}/roles.yaml does not configure it")
    needs_service = configured.engine == "service"
    url = find_gpu_url(gpu_url=gpu_url, state=state) if needs_service else ""
    connected = connect_roles(
        templates,
        catalogue=catalogue,
        generator=HttpGenerator(client, url),
        client=client,
        service_url=url,
        environment=os.environ,
        lane="batch",
    )
    return (connected.roles.judge if name == "judge" else connected.roles.critic) or SmallJudge(
        model=None, problem="the role is left out"
    )


def _make_decision(judge: Judge, catalogue: Catalogue) -> Decide:
    def decide(row: LabelledText) -> Verdict:
        experience = catalogue.entry(row.key.experience).experience
        return judge.judge(row.text, key=row.key, experience=experience)

    return decide
