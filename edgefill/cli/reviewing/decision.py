"""A person's decision about one held text."""

from __future__ import annotations

from collections.abc import Sequence

from edgefill.catalogue.catalogue import Catalogue
from edgefill.cli.reviewing.held_sources import (
    DamagedItem,
    HeldEntry,
    HeldItem,
    HeldPlace,
    HeldSource,
)
from edgefill.core.errors import InputRefused
from edgefill.core.keys import Key
from edgefill.drafting.candidate import Candidate
from edgefill.judging.accepted_template import Provenance
from edgefill.judging.verdict import make_person_verdict
from lambdas.batch.release import compile_draft

Held = tuple[HeldSource, HeldItem]
Found = tuple[HeldSource, HeldEntry]


def require_held(sources: Sequence[HeldSource], key: Key, place: HeldPlace | None) -> Found:
    """Return what is held for `key`, in `place` if there is one in each; InputRefused."""
    in_place = [source for source in sources if place in (None, source.place)]
    found = [(source, item) for source in in_place if (item := source.find_item(key))]
    if not found:
        raise InputRefused(f"{key}: no text is held; `edgefill review list` lists those that are")
    if len(found) > 1:
        raise InputRefused(
            f"{key}: one text is held in the journal and another in the store; choose with "
            "--where journal or --where store"
        )
    return found[0]


def require_text(found: Found) -> Held:
    """Return a held text that can be read; InputRefused names the remedy for one that cannot."""
    source, item = found
    if isinstance(item, DamagedItem):
        raise InputRefused(f"{item.path}: is damaged ({item.problem}); {item.remedy}")
    return source, item


def pass_held(
    held: Held, catalogue: Catalogue, *, reader: str, reason: str, own_text: str | None = None
) -> str:
    """Let the held text, or the person's own text instead, be served; return what follows.

    Nothing is written if it is refused: TemplateRefused by the present rules, InputRefused if the
    experience has changed since.
    """
    source, item = held
    candidate = item.candidate
    if item.is_stale:
        raise InputRefused(
            f"{candidate.key}: its experience has changed since the text was written; end the "
            "waiting with `edgefill review fail`, and the next visitor's request drafts it again"
        )
    if own_text is not None and own_text != candidate.text:
        candidate = _replace_text(candidate, own_text)
    verdict = make_person_verdict("pass", reader=reader, reason=reason)
    accepted = compile_draft(catalogue, candidate.add_verdicts(verdict))
    return source.accept(item, accepted)


def fail_held(found: Found, *, reader: str, reason: str) -> str:
    """Let the key be drafted again, and delete what is damaged; return what follows."""
    source, item = found
    if isinstance(item, DamagedItem):
        item.delete()
        return "deleted, since it was damaged"
    return source.reject(item, make_person_verdict("fail", reader=reader, reason=reason))


def _replace_text(candidate: Candidate, text: str) -> Candidate:
    """A person's own text, which no model wrote and no judge has read."""
    provenance = Provenance(origin="person", model="", parent=candidate.digest)
    return Candidate(key=candidate.key, text=text, provenance=provenance)
