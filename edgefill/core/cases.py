"""Cases: the finite combinations of dimensions that an experience is written for.

A case is written as its dimensions' values in order, joined by dots: `gold.new`. `any` stands for
every value of a dimension; an experience without dimensions has the one case `any`.
"""

from __future__ import annotations

from edgefill.core.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

ANY = "any"
QUESTION_PREFIX = "q-"  # then the digest of a question: a case of an open experience
DIGEST_LENGTH = 20  # hexadecimal digits


_HEX = frozenset("0123456789abcdef")


@value
class Dimension:
    """One axis of a case: `values` are lower-case slugs, `default` is for the anonymous."""

    name: str
    values: tuple[str, ...]
    default: str


@value
class CaseSpec:
    """Which cases an experience is written for, and how an unwritten one is broadened.

    `broaden` names the dimensions in the order in which they are widened to `any`.
    """

    dimensions: tuple[Dimension, ...] = ()
    broaden: tuple[str, ...] = ()
    names: tuple[str, ...] = (ANY,)

    def resolve(self, profile: Mapping[str, str]) -> str:
        """The most specific written case for a visitor; unknown values count as the default."""
        picked = {d.name: _value_of(d, profile) for d in self.dimensions}
        for name in ("", *self.broaden):
            if name:
                picked[name] = ANY
            case = ".".join(picked.values()) or ANY
            if case in self.names:
                return case
        return self.names[-1]

    def split_case(self, case: str) -> dict[str, str]:
        """`gold.new` as {"tier": "gold", "lifecycle": "new"}."""
        return dict(zip((d.name for d in self.dimensions), case.split("."), strict=False))


def _value_of(dimension: Dimension, profile: Mapping[str, str]) -> str:
    given = profile.get(dimension.name, dimension.default)
    return given if given in dimension.values else dimension.default


def make_question_case(digest: str) -> str:
    """The case of an open experience that answers the question with that digest."""
    return f"{QUESTION_PREFIX}{digest}"


def is_question_case(case: str) -> bool:
    """Whether `case` is one that `make_question_case` made."""
    digest = case.removeprefix(QUESTION_PREFIX)
    return len(digest) == DIGEST_LENGTH == len(case) - len(QUESTION_PREFIX) and _HEX.issuperset(
        digest
    )


def generate_combinations(dimensions: tuple[Dimension, ...]) -> Iterator[str]:
    """Every full combination of the dimensions' values, in declared order."""
    cases = [""]
    for dimension in dimensions:
        cases = [f"{head}.{v}" if head else v for head in cases for v in dimension.values]
    yield from (case or ANY for case in cases)


def case_spec_to_json(spec: CaseSpec) -> dict[str, Any]:
    """`spec` as a JSON object."""
    return {
        "dimensions": [[d.name, list(d.values), d.default] for d in spec.dimensions],
        "broaden": list(spec.broaden),
        "written": list(spec.names),
    }


def case_spec_from_json(data: Mapping[str, Any]) -> CaseSpec:
    """The spec that `case_spec_to_json` wrote; KeyError or TypeError on anything else."""
    return CaseSpec(
        dimensions=tuple(
            Dimension(name=name, values=tuple(values), default=default)
            for name, values, default in data["dimensions"]
        ),
        broaden=tuple(data["broaden"]),
        names=tuple(data["written"]),
    )
