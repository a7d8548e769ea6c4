"""Converts a template of another system; what has no equal is left out and listed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from edgefill.authoring.conversion.blanks import SourceBlank, guess_type, make_slot_name
from edgefill.authoring.conversion.expressions import (
    NotConvertible,
    convert_condition,
    read_value,
)
from edgefill.authoring.conversion.markup import TemplatePart, simplify_markup
from edgefill.authoring.conversion.statements import Statement, split_statements

# how a slot of a type is printed
_PRINTED_BY = {"date": "date", "datetime": "date", "money": "money", "number": "number"}
# a brace that would begin a statement of our language
_STRAY = re.compile(r"\{+(?=[{%#]|$)|\{[%#]")
_TYPE_OF_FILTER = {"date": "date", "time": "datetime", "money": "money", "number": "number"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What could not be carried over, and the line of the original where it is."""

    line: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A fallback's text, the slots that it needs, and everything that it lost."""

    text: str
    slots: dict[str, dict[str, object]]
    losses: tuple[Loss, ...]


def convert_template(text: str, *, is_html: bool) -> Conversion:
    """The template in our language; its HTML keeps only the elements that a fallback may have."""
    converter = _Converter()
    for statement in split_statements(text):
        converter.read(statement)
    parts = converter.finish()
    losses = list(converter.losses)
    if is_html:
        converted, lost_markup = simplify_markup(parts)
        losses += [Loss(line=line, what=what) for line, what in lost_markup]
    else:
        converted = "".join(part.text for part in parts)
    return Conversion(
        text=converted.strip() + "\n",
        slots={blank.name: blank.declare() for blank in converter.blanks.values()},
        losses=tuple(sorted(losses, key=lambda loss: loss.line)),
    )


@dataclass(slots=True)
class _Block:
    """An open block: `is_written` if its tags are; `hides` if its text is left out."""

    is_written: bool
    kind: str = "if"
    hides: bool = False
    has_else: bool = False
    guard: str = ""
    variable: str = ""
    slot: SourceBlank | None = None


@dataclass(slots=True)
class _Converter:
    blanks: dict[str, SourceBlank] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)
    _parts: list[tuple[Statement, str, SourceBlank | None, tuple[str, ...], str]] = field(
        default_factory=list
    )
    _blocks: list[_Block] = field(default_factory=list)

    def read(self, statement: Statement) -> None:
        """Add one statement; a block that cannot be carried over takes its text with it."""
        if statement.kind in ("if", "for", "skip") and self._is_hidden():
            self._blocks.append(_Block(is_written=False, kind="skip"))
            return
        try:
            getattr(self, f"_read_{statement.kind}")(statement)
        except NotConvertible as reason:
            self._lose(statement, str(reason))
            if statement.kind in ("if", "for"):
                self._blocks.append(_Block(is_written=False, hides=True, kind=statement.kind))
            elif statement.kind == "elif" and self._blocks:
                self._blocks[-1].hides = True

    def finish(self) -> list[TemplatePart]:
        """The parts of the converted text: all types of slots are known only now."""
        while self._blocks:
            self._read_end(Statement(kind="end", text="", source="", line=0))
        return [
            TemplatePart(
                text=_print(text, blank, filters, default) if blank else text,
                is_markup=statement.kind == "text",
                line=statement.line,
            )
            for statement, text, blank, filters, default in self._parts
        ]

    def _is_hidden(self) -> bool:
        return any(block.hides for block in self._blocks)

    def _write(self, statement: Statement, text: str) -> None:
        if not self._is_hidden():
            self._parts.append((statement, text, None, (), ""))

    def _lose(self, statement: Statement, reason: str) -> None:
        if self._is_hidden():
            return
        source = " ".join(statement.source.split())
        self.losses.append(Loss(line=statement.line, what=f"{source[:120]}: {reason}"))

    def _read_text(self, statement: Statement) -> None:
        text = _STRAY.sub("", statement.text)
        if text != statement.text:
            self._lose(statement, "has a brace that begins no statement; it is removed")
        self._write(statement, text)

    def _read_comment(self, statement: Statement) -> None:
        """Comments, and tags around a text that stays, say nothing to visitors."""

    def _read_drop(self, statement: Statement) -> None:
        self._lose(statement, "has no equal in the template language")

    def _read_skip(self, statement: Statement) -> None:
        self._lose(statement, "has no equal; its text is left out")
        self._blocks.append(_Block(is_written=False, hides=True, kind="skip"))

    def _read_print(self, statement: Statement) -> None:
        if self._is_hidden():
            return
        value = read_value(statement.text)
        for call in value.lost:
            self._lose(statement, f"the filter {call!r} is left out")
        wanted = next((_TYPE_OF_FILTER[f] for f in value.filters if f in _TYPE_OF_FILTER), "")
        blank, printed = self._find_blank(value.path, wanted)
        blank.is_only_tested = False
        is_sure = "." in printed or any(block.guard == printed for block in self._blocks)
        default = "" if is_sure else value.default or f"({printed.replace('_', ' ')})"
        self._parts.append((statement, printed, blank, value.filters, default))

    def _read_if(self, statement: Statement) -> None:
        condition = convert_condition(statement.text, self._name)
        self._write(statement, f"{{% if {condition} %}}")
        self._blocks.append(_Block(is_written=True, guard=condition))

    def _read_elif(self, statement: Statement) -> None:
        block = self._require_block()
        if block.kind == "skip":
            return
        if not block.is_written or block.kind == "for" or block.has_else:
            raise NotConvertible("no branch of a condition is before it; its text is left out")
        block.hides = False
        condition = convert_condition(statement.text, self._name)
        block.guard = condition
        self._write(statement, f"{{% elif {condition} %}}")

    def _read_else(self, statement: Statement) -> None:
        block = self._require_block()
        if block.has_else:
            raise NotConvertible("a second else; its text stays with the first")
        block.has_else = True
        if block.kind == "for":
            block.hides = True
            self._lose(statement, "the text for an empty list is left out")
        elif block.is_written:
            block.hides, block.guard = False, ""
            self._write(statement, "{% else %}")
        elif block.kind != "skip":
            # the condition is unknown: visitors read the text of all others
            block.hides = False

    def _read_for(self, statement: Statement) -> None:
        variable, _, path = statement.text.partition(" in ")
        path = path.strip().split(" ")[0]
        blank, printed = self._find_blank(path, "list")
        if "." in printed:
            raise NotConvertible("a list within a list's item; its text is left out")
        item = "item" if variable.strip() == "this" else make_slot_name(variable.strip())
        item = f"each_{item}" if item in self.blanks else item
        self._write(statement, f"{{% for {item} in {printed} %}}")
        self._blocks.append(
            _Block(
                is_written=True,
                kind="for",
                variable=f"{variable.strip()}|{item}",
                slot=blank,
            )
        )

    def _read_end(self, statement: Statement) -> None:
        block = self._require_block()
        was_hidden_outside = any(each.hides for each in self._blocks[:-1])
        self._blocks.pop()
        if block.is_written and not was_hidden_outside:
            self._write(statement, "{% endfor %}" if block.kind == "for" else "{% endif %}")

    def _require_block(self) -> _Block:
        if not self._blocks:
            raise NotConvertible("closes a block that is not open")
        return self._blocks[-1]

    def _name(self, path: str, type_: str) -> str:
        return self._find_blank(path, type_)[1]

    def _find_blank(self, path: str, type_: str) -> tuple[SourceBlank, str]:
        """The blank of a path, and how it is written: a slot, or a field of a loop's item."""
        for block in reversed(self._blocks):
            if block.slot is None:
                continue
            variable, item = block.variable.split("|")
            first, _, rest = path.partition(".")
            if first == variable or (variable == "this" and not rest and path not in self.blanks):
                name = make_slot_name(rest or ("" if first == variable else path))
                if not rest and first == variable:
                    return SourceBlank(name=item, type="text"), item
                fields = block.slot.fields
                found = fields.setdefault(
                    name, SourceBlank(name=name, type=type_ or guess_type(name))
                )
                return found, f"{item}.{name}"
        return self._find_slot(path, type_)

    def _find_slot(self, path: str, type_: str) -> tuple[SourceBlank, str]:
        if path in self.blanks:
            blank = self.blanks[path]
            blank.type = type_ or blank.type
            blank.is_only_tested = blank.is_only_tested and not type_
            return blank, blank.name
        name = make_slot_name(path)
        if any(each.name == name for each in self.blanks.values()):
            name = make_slot_name(path.replace(".", "_"))
        blank = SourceBlank(name=name, type=type_ or guess_type(name), is_only_tested=not type_)
        self.blanks[path] = blank
        return blank, name


def _print(printed: str, blank: SourceBlank, filters: tuple[str, ...], default: str) -> str:
    """A blank as its type is printed; a value that may be missing has a default."""
    needed = _PRINTED_BY.get(blank.type)
    moments = [f for f in filters if f in ("date", "time")] if blank.type == "datetime" else []
    texts = [f for f in filters if f not in _TYPE_OF_FILTER]
    chosen = moments or ([needed] if needed else [])
    chosen += texts if blank.type != "url" or texts == ["urlencode"] else []
    if default and blank.type not in ("url", "boolean", "list"):
        chosen.append("default('{}')".format(default.replace("'", "\u2019")))
    return "{{ " + " | ".join([printed, *chosen]) + " }}"
