"""`@value` makes frozen, slotted, keyword-only records for code that runs at the edge.

`dataclasses` does the same, but takes about 8 ms to import, the whole cold-start budget of the
edge (docs/decisions/0002). Type checkers see a frozen keyword-only dataclass.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar, dataclass_transform

    T = TypeVar("T")


def _init(self: Any, **values: Any) -> None:
    cls = type(self)
    if cls.__defaults__:
        values = cls.__defaults__ | values
    try:
        for name, set_field in cls.__setters__:
            set_field(self, values[name])
    except KeyError:
        raise TypeError(f"{cls.__name__} needs {name!r}") from None
    if len(values) > len(cls.__setters__):
        unknown = min(values.keys() - set(cls.__slots__))
        raise TypeError(f"{cls.__name__} has no field {unknown!r}")


def _get_fields(self: Any) -> tuple[Any, ...]:
    return tuple(getattr(self, name) for name in self.__slots__)


def _eq(self: Any, other: object) -> bool:
    return type(self) is type(other) and _get_fields(self) == _get_fields(other)


def _hash(self: Any) -> int:
    return hash(_get_fields(self))


def _repr(self: Any) -> str:
    fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
    return f"{type(self).__name__}({fields})"


def _refuse_change(self: Any, name: str, _value: object = None) -> None:
    raise AttributeError(f"{type(self).__name__}.{name} is frozen")


def _make_record(cls: type[Any]) -> type[Any]:
    names = tuple(cls.__dict__.get("__annotations__", {}))
    body = {k: v for k, v in cls.__dict__.items() if k not in (*names, "__dict__", "__weakref__")}
    body |= {
        "__slots__": names,
        "__defaults__": {name: cls.__dict__[name] for name in names if name in cls.__dict__},
        "__init__": _init,
        "__setattr__": _refuse_change,
        "__delattr__": _refuse_change,
        "__eq__": _eq,
        "__hash__": _hash,
        "__repr__": body.get("__repr__", _repr),
    }
    record: Any = type(cls.__name__, cls.__bases__, body)
    record.__setters__ = tuple((name, record.__dict__[name].__set__) for name in names)
    return record  # type: ignore[no-any-return]


if TYPE_CHECKING:

    @dataclass_transform(frozen_default=True, kw_only_default=True)
    def value(cls: type[T]) -> type[T]:
        """Make `cls` a frozen, slotted, keyword-only record of its annotated fields."""
        return cls

else:
    value = _make_record


def replace(record: T, **changes: Any) -> T:
    """A copy of `record` with `changes` applied; TypeError names an unknown field."""
    values = {name: getattr(record, name) for name in record.__slots__}  # type: ignore[attr-defined]
    return type(record)(**values | changes)
