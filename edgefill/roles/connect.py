"""Loads the roles of a templates folder and connects them to the GPU service and chat servers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.prompts import PromptTemplates
from edgefill.chat import HttpChat
from edgefill.drafting.drafting_roles import DraftingRoles
from edgefill.drafting.writers.generator import Generator, Lane
from edgefill.roles.build import build_roles, load_role_prompts
from edgefill.roles.loader import load_roles
from edgefill.roles.roles import Budget


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectedRoles:
    """The roles of drafting, the prompts that they use, and the drafter's budget for one key."""

    roles: DraftingRoles
    prompts: PromptTemplates
    budget: Budget


def connect_roles(
    templates: Path,
    *,
    catalogue: Catalogue,
    generator: Generator,
    client: httpx.Client,
    service_url: str,
    environment: Mapping[str, str],
    lane: Lane,
) -> ConnectedRoles:
    """Return what `templates/roles.yaml` configures; CatalogueRefused, InputRefused.

    `generator` is the client of the GPU service at `service_url`; `client` asks large judges.
    """
    roles = load_roles(templates, environment=environment)
    prompts = load_role_prompts(templates, roles)
    drafting_roles = build_roles(
        roles,
        templates=templates,
        catalogue=catalogue,
        prompts=prompts,
        generator=generator,
        connect_chat=lambda url, key: HttpChat(client, url, key=key),
        service_url=service_url,
        environment=environment,
        lane=lane,
    )
    return ConnectedRoles(
        roles=drafting_roles, prompts=prompts, budget=roles.roles["drafter"].budget
    )
