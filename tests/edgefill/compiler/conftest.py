"""An experience for the compiler's tests, and Jinja2 as the oracle."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal
from jinja2 import Environment, Undefined

from edgefill.core.cases import CaseSpec
from edgefill.core.experience import Experience
from edgefill.core.slots import Slot

SLOTS = (
    Slot(name="name", type="name", default="there", personal=True, required=False),
    Slot(name="note", type="text"),
    Slot(name="n", type="number"),
    Slot(name="points", type="number", default=1250),
    Slot(name="total", type="money", values=("EUR", "USD", "JPY")),
    Slot(name="day", type="date"),
    Slot(name="at", type="datetime"),
    Slot(name="link", type="url", default="/start"),
    Slot(name="other", type="url"),
    Slot(name="tier", type="enum", values=("gold", "free", "a&b"), default="free"),
    Slot(name="vip", type="boolean", default=False),
    Slot(name="tags", type="list", max_items=3, item=(Slot(name="", type="text"),)),
    Slot(
        name="parts",
        type="list",
        max_items=3,
        item=(
            Slot(name="title", type="text"),
            Slot(name="qty", type="number"),
            Slot(name="price", type="money", values=("EUR",)),
        ),
    ),
)


@pytest.fixture(scope="session")
def make_experience() -> Callable[..., Experience]:
    """Makes an experience over SLOTS, by default in HTML."""

    def make(format_: str = "html", **changes: Any) -> Experience:
        fields: dict[str, Any] = {
            "id": "demo",
            "version": "1",
            "format": format_,
            "slots": SLOTS,
            "cases": CaseSpec(),
            "max_chars": 50_000,
        }
        return Experience(**fields | changes)

    return make


@pytest.fixture(scope="session")
def oracle() -> Callable[[str, str, dict[str, Any]], str]:
    """Renders (text, format, values) with Jinja2, Babel and markupsafe in the locale de."""
    environments = {format_: _make_environment(format_) for format_ in ("html", "json", "text")}

    def render(text: str, format_: str, values: dict[str, Any]) -> str:
        return environments[format_].from_string(text).render(values)

    return render


def _make_environment(format_: str) -> Environment:
    finalize = {"html": None, "json": _escape_json, "text": _strip_controls}[format_]
    environment = Environment(autoescape=format_ == "html", finalize=finalize)
    environment.filters |= {
        "money": _pass_undefined(_format_money),
        "number": _pass_undefined(lambda value: format_decimal(value, locale="de")),
        "date": _pass_undefined(_format_date),
        "time": _pass_undefined(_format_time),
    }
    return environment


def _pass_undefined(render: Callable[..., str]) -> Callable[..., Any]:
    """A filter that returns undefined unchanged, so that `| default` may follow."""
    return lambda value, *args: value if isinstance(value, Undefined) else render(value, *args)


def _escape_json(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)[1:-1] if isinstance(value, str) else value


def _strip_controls(value: Any) -> Any:
    if isinstance(value, str):
        return re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f]", "", value)
    return value


def _format_money(value: str) -> str:
    amount, currency = value.split(" ")
    return format_currency(Decimal(amount), currency, locale="de")


def _format_date(value: str, style: str = "medium") -> str:
    moment = datetime.datetime.fromisoformat(value)
    return format_date(moment, format=style, locale="de")


def _format_time(value: str, style: str = "short") -> str:
    moment = datetime.datetime.fromisoformat(value)
    return format_time(moment, format=style, locale="de")
