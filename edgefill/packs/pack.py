"""The pack, all programs of one experience and locale in a release, and the overlay's objects."""

from __future__ import annotations

from edgefill.core.errors import ObjectCorrupt
from edgefill.core.experience import Experience, experience_from_json, experience_to_json
from edgefill.core.value import value
from edgefill.template.program import Program, link_program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

VERSION = 1
# Since 2 every template has passed a judge or a person; an older one is not served.
OVERLAY_VERSION = 2


class Pack:
    """One pack in memory; a program is linked when it is first requested."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """ObjectCorrupt when `data` is not a result of `pack_to_json`."""
        try:
            if data["v"] != VERSION:
                raise ObjectCorrupt(
                    f"pack: version {data['v']!r}; this code reads only version {VERSION}"
                )
            self.release = str(data["release"])
            self.locale = str(data["locale"])
            self.experience: Experience = experience_from_json(data["experience"])
            self._fallback: Mapping[str, Any] = data["fallback"]
            self._programs: dict[str, Any] = dict(data["programs"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ObjectCorrupt(f"pack: {type(error).__name__} at {error}") from error
        self._linked_programs: dict[str, Program] = {}

    def check_place(self, release: str, experience: str, locale: str) -> None:
        """ObjectCorrupt unless this is the pack of that experience and locale in that release."""
        if (self.release, self.experience.id, self.locale) != (release, experience, locale):
            raise ObjectCorrupt(
                f"pack: {release}/{experience}/{locale} holds "
                f"{self.release}/{self.experience.id}/{self.locale}"
            )

    def find_program(self, case: str) -> Program | None:
        """The program for a case, None when this release has none; ObjectCorrupt."""
        program = self._linked_programs.get(case)
        if program is None and case in self._programs:
            program = self._linked_programs[case] = link_program(self._programs[case])
        return program

    def link_fallback(self) -> Program:
        """The hand-written text of the experience, linked; ObjectCorrupt."""
        return link_program(self._fallback)


def pack_to_json(
    *,
    release: str,
    experience: Experience,
    locale: str,
    fallback: Mapping[str, Any],
    programs: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """A pack as a JSON object; `fallback` and each of `programs` are compiled programs."""
    return {
        "v": VERSION,
        "release": release,
        "locale": locale,
        "experience": experience_to_json(experience),
        "fallback": fallback,
        "programs": dict(programs),
    }


@value
class Overlay:
    """A template that a miss wrote back, valid while the experience has this `version`."""

    version: str
    program: dict[str, Any]
    text: str = ""  # the template, for people who review it
    model: str = ""
    reviewed: bool = True  # False: the answer to one free question, not read by a person
    provenance: Mapping[str, Any] | None = None  # verdict, prompts and model, for people


def overlay_to_json(overlay: Overlay) -> dict[str, Any]:
    """`overlay` as a JSON object."""
    return {
        "v": OVERLAY_VERSION,
        "version": overlay.version,
        "program": overlay.program,
        "text": overlay.text,
        "model": overlay.model,
        "reviewed": overlay.reviewed,
        "provenance": overlay.provenance,
    }


def overlay_from_json(data: Any) -> Overlay:
    """The overlay in a result of `overlay_to_json`; ObjectCorrupt on anything else."""
    try:
        if data["v"] != OVERLAY_VERSION:
            raise ObjectCorrupt(
                f"overlay: version {data['v']!r}; this code reads only version {OVERLAY_VERSION}"
            )
        return Overlay(
            version=str(data["version"]),
            program=dict(data["program"]),
            text=str(data["text"]),
            model=str(data["model"]),
            reviewed=bool(data.get("reviewed", True)),
            provenance=data.get("provenance"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ObjectCorrupt(f"overlay: {type(error).__name__} at {error}") from error
