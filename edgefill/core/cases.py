"""Cases: the finite combinations of dimensions that an experience is written for.

The name of a case is the values of its dimensions in order, joined by dots: `gold.new`. `any`
means every value of a dimension; an experience without dimensions has only the case `any`.
"""

from __future__ import annotations

from edgefill.core.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

ANY = "any"
QUESTION_PREFIX = "q-"  # before a question's digest: a case of an open experience
DIGEST_LENGTH = 20  # hexadecimal digits of a question's digest

_HEX = frozenset("0123456789abcdef")


@value
class Dimension:
    """One axis of a case: `values` are lower-case slugs, `default` is for anonymous visitors."""

    name: str
    values: tuple[str, ...]
    default: str


@value
class CaseSpec:
    """The cases that an experience is written for, and how other combinations are broadened.

    `names` are the cases, the last of which answers when nothing else matches. `broaden` lists the
    dimensions in the order in which they are widened to `any`.
    """

    dimensions: tuple[Dimension, ...] = ()
    broaden: tuple[str, ...] = ()
    names: tuple[str, ...] = (ANY,)

    def resolve(self, profile: Mapping[str, object]) -> str:
        """The most specific case for a visitor; what is not a value counts as the default."""
        values = {d.name: _pick_value(d, profile) for d in self.dimensions}
        for name in ("", *self.broaden):
            if name:
                values[name] = ANY
            case = ".".join(values.values()) or ANY
            if case in self.names:
                return case
        return self.names[-1]

    def find_refusals(self, profile: Mapping[str, object]) -> dict[str, str]:
        """The reason for each dimension, as `case.<name>`, whose default replaces its value.

        `type`: the value is not a string; `choice`: it is not one of the dimension's values.
        """
        refusals = {}
        for d in self.dimensions:
            value = profile.get(d.name, d.default)
            if value not in d.values:
                refusals[f"case.{d.name}"] = "choice" if isinstance(value, str) else "type"
        return refusals

    def split_case(self, case: str) -> dict[str, str]:
        """`gold.new` as {"tier": "gold", "lifecycle": "new"}."""
        return dict(zip((d.name for d in self.dimensions), case.split("."), strict=False))


def _pick_value(dimension: Dimension, profile: Mapping[str, Any]) -> str:
    value: str = profile.get(dimension.name, dimension.default)
    return value if value in dimension.values else dimension.default


def make_question_case(digest: str) -> str:
    """The case of an open experience that answers the question with that digest."""
    return f"{QUESTION_PREFIX}{digest}"


def is_question_case(case: str) -> bool:
    """Whether `case` is a result of `make_question_case`."""
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
    """The spec in a result of `case_spec_to_json`; KeyError or TypeError on anything else."""
    return CaseSpec(
        dimensions=tuple(
            Dimension(name=name, values=tuple(values), default=default)
            for name, values, default in data["dimensions"]
        ),
        broaden=tuple(data["broaden"]),
        names=tuple(data["written"]),
    )
