"""Finds which judge is configured, without asking it."""

from __future__ import annotations

from pathlib import Path

from edgefill.catalogue.catalogue import Catalogue
from edgefill.chat import ScriptedChat
from edgefill.drafting.renewal import JudgingVersions
from edgefill.drafting.writers.scripted import ScriptedGenerator
from edgefill.roles.build import build_roles, load_role_prompts
from edgefill.roles.loader import load_roles


def find_judging_versions(templates: Path, catalogue: Catalogue) -> JudgingVersions:
    """Return the versions of judge and critic in `templates/roles.yaml`; CatalogueRefused.

    No model is asked, and neither the GPU service nor the key of a server is needed.
    """
    roles = load_roles(templates, environment=None)
    return build_roles(
        roles,
        templates=templates,
        catalogue=catalogue,
        prompts=load_role_prompts(templates, roles),
        generator=ScriptedGenerator(()),
        connect_chat=lambda _url, _key: ScriptedChat(()),
        service_url="unused",
        environment={},
    ).versions
