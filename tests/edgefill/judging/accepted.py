"""Accepts compiled templates as a judge would, for tests of what follows the judge."""

from __future__ import annotations

from edgefill.compiler import CompiledTemplate
from edgefill.judging.accepted_template import AcceptedTemplate, Provenance
from edgefill.judging.verdict import Verdict

PASS = Verdict(outcome="pass", reason="scripted", judge="scripted", version="1", probability=1.0)
PROVENANCE = Provenance(origin="draft", model="tiny", prompts="abc")


def accept(compiled: CompiledTemplate) -> AcceptedTemplate:
    """A template that the scripted judge has passed."""
    return AcceptedTemplate(compiled=compiled, verdict=PASS, provenance=PROVENANCE)
