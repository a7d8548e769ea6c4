"""A program's text equals that of Jinja2, Babel and markupsafe, for generated templates."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from edgefill.compiler import compile as compile_module
from edgefill.compiler import compile_template, find_refusals
from edgefill.core.experience import Experience
from edgefill.template.coerce import coerce_values
from edgefill.template.program import link_program

Oracle = Callable[[str, str, dict[str, Any]], str]
Make = Callable[..., Experience]

NASTY = (
    "", "Ada", "O'Brien & \"Söhne\"", "<script>alert('x')</script>", "\x1f", "a\x1fb<\x1f>",
    "\x00\x07\x1b[31m\x7f\x9f", "tab\tline\nfeed\r\n",
    "👩‍👩‍👧‍👦 é🇩🇪", "שלום \u202eevil", "\u2028\u2029\ufeff",
    "{{ name }} {% if x %} ${x} %s {0}", "\\u001f \\ \\\" ]]> -->",
    "&amp; &#39; &lt;", "straße ŉ ΐ ﬁ İ",
    "x" * 10_000, "<&'\"> " * 1_700, "😀" * 2_500, "hello   wide  world-wide (web) [all] {x}",
)  # fmt: skip
STRING = st.one_of(st.sampled_from(NASTY), st.text(max_size=40))
NUMBER = st.one_of(
    st.integers(-(10**15), 10**15),
    st.floats(-1e9, 1e9, allow_nan=False, allow_infinity=False),
    st.sampled_from([0, -0.0, 0.0005, 0.0015, 2.5, 1e-7, 1e15, 999.9995, 1234567.125]),
)
AMOUNT = st.builds(
    lambda whole, cents, currency: f"{whole}{cents} {currency}",
    st.integers(-(10**14), 10**14),
    st.sampled_from(["", ".5", ".05", ".995", ".005", ".015", ".123456", ".50"]),
    st.sampled_from(["EUR", "USD", "JPY"]),
)
DATE = st.dates().map(str)
DATETIME = st.builds(
    lambda moment, zone: moment.replace(microsecond=0).isoformat() + zone,
    st.datetimes(),
    st.sampled_from(["Z", "+01:00", "-11:30"]),
)
PART = st.fixed_dictionaries(
    {}, optional={"title": STRING, "qty": NUMBER, "price": AMOUNT.filter(lambda a: "EUR" in a)}
)
VALUES = st.fixed_dictionaries(
    {
        "name": STRING,
        "points": NUMBER,
        "link": st.sampled_from(["/a?b=c&d=e", "https://shop.example/?q='x'", "mailto:a@b.de"]),
        "tier": st.sampled_from(["gold", "free", "a&b"]),
        "vip": st.booleans(),
    },
    optional={
        "note": STRING,
        "n": NUMBER,
        "total": AMOUNT,
        "day": DATE,
        "at": DATETIME,
        "other": st.just("/other"),
        "tags": st.lists(STRING, max_size=3),
        "parts": st.lists(PART, max_size=3),
    },
)

WORDS = st.sampled_from(
    ["hello ", "wörld, ", "your parcel ", "- ", "100 % ", "🎁 ", ".\n ", "(ok)", ""]
)
STRING_FILTER = st.sampled_from(
    ["upper", "lower", "title", "capitalize", "truncate(9)", "truncate(12, true, '…')", "urlencode",
     "truncate(5, leeway=0, end='')", "truncate", "default('none')", "default(\"<i>\", true)"]
)  # fmt: skip
CHAIN = st.lists(STRING_FILTER, max_size=3).map(lambda names: "".join(f"|{n}" for n in names))
PRINTED = st.one_of(
    st.builds(lambda slot, chain: slot + chain, st.sampled_from(["name", "note", "tier"]), CHAIN),
    st.sampled_from(
        ["n", "points", "n|number", "points | number|upper", "total|money", "total | money|lower",
         "total|default('3.5 EUR')|money", "day", "day|date", "day|date('full')", "at|date('long')",
         "at|time", "at|time('medium')", "day|date('short')|default('soon')", "n|default(0)|number",
         "note|length", "tags|length", "tags|first", "tags|first|default('-')", "note|first",
         "tags|join(', ')", "tags|join", "parts|join(' & ', attribute='title')", "at", "link",
         "parts|join('<', 'qty')", "parts|length", "n|number|default('no')"]
    ),
)  # fmt: skip
TESTS = st.sampled_from(
    ["vip", "not vip", "note", "note is defined", "n is defined and n > 3", "total is not defined",
     "tier == 'gold'", "'a&b' == tier", "tier in ['gold', 'free']", "tier not in ('free',)",
     "points >= 1000.5", "-5 < points", "'o' in name", "'x' in tags", "tags", "parts|length > 1",
     "n == 0 or note == 'Ada'", "not (vip or note) and points != 3",
     "day is defined and day < '2026-01-01'",
     "name|upper == 'ADA'", "vip == true", "n is not defined or n <= 2"]
)  # fmt: skip
LOOP_TESTS = st.sampled_from(
    ["not loop.last", "loop.first", "loop.index > 1", "loop.index == 2 or vip"]
)


def blank(expression: str) -> str:
    return f"{{{{ {expression} }}}}"


def if_(test: str, dash: str, body: str, otherwise: str) -> str:
    return f"{{%{dash} if {test} %}}{body}{{% else {dash}%}}{otherwise}{{% endif %}}"


def loop(target: str, list_: str, body: str) -> str:
    return f"{{% for {target} in {list_} %}}{body}{{% endfor %}}"


DASH = st.sampled_from(["", "-"])
LEAF = st.one_of(WORDS, PRINTED.map(blank))
LINE = st.lists(LEAF, max_size=3).map("".join)
BRANCH = st.builds(if_, TESTS, DASH, LINE, LINE)
ELIF = st.builds(
    lambda t, u, a, b: f"{{% if {t} %}}{a}{{% elif {u} %}}{b}{{% endif %}}",
    TESTS, TESTS, LINE, LINE,
)  # fmt: skip
IN_TAGS = st.one_of(
    st.just("{{ i }}"), st.builds(if_, LOOP_TESTS, DASH, st.just(", "), LINE), WORDS
)
IN_PARTS = st.one_of(
    st.sampled_from(
        ["{{ j.title }}", "{{ j.qty|number }}", "{{ j.price|money }}", "{{ loop.index }}",
         "{% if j.title is defined %}{{ j.title|upper }}{% endif %}",
         "{% if j.qty is defined and j.qty > 1 %}many{% endif %}"]
    ),
    IN_TAGS.map(lambda line: line.replace("{{ i }}", "{{ j.title|default('?') }}")),
)  # fmt: skip
LOOPS = st.one_of(
    st.builds(loop, st.just("i"), st.just("tags"), st.lists(IN_TAGS, max_size=3).map("".join)),
    st.builds(loop, st.just("j"), st.just("parts"), st.lists(IN_PARTS, max_size=2).map("".join)),
)
PIECES = st.lists(st.one_of(LINE, BRANCH, ELIF, LOOPS), min_size=1, max_size=4)

WRAPPED = {
    "html": st.builds(
        lambda wraps, pieces: "".join(
            wrap.replace("@", piece) for wrap, piece in zip(wraps, pieces, strict=False)
        ),
        st.lists(
            st.sampled_from(
                ["@", "<p>@</p>", "<b>@</b><br/>", '<a href="{{ link }}" title=\'x\'>@</a>\n',
                 '<span class="c {{ tier }}">@</span>', "<ul><li>@</li></ul>\n",
                 '{% if other is defined %}<a title="{{ note }}" href=\'{{ other }}\'>o</a>'
                 '{% endif %}@']
            ),
            min_size=4,
            max_size=4,
        ),
        PIECES,
    ),
    "json": PIECES.map(
        lambda pieces: '{"a": "' + "".join(pieces).replace("\n", "\\n") + '", "b": {{ points }}}'
    ),
    "text": PIECES.map("".join),
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _accept_any_words() -> Iterator[None]:
    """The lint would refuse most texts of random words."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compile_module, "lint_readings", lambda *_: [])
        yield


@pytest.mark.parametrize("format_", ["html", "json", "text"])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), print_blob=False)
@given(data=st.data())
def test_fill_equals_jinja2(
    make_experience: Make, oracle: Oracle, format_: str, data: st.DataObject
) -> None:
    """This holds for any template and any values."""
    text = data.draw(WRAPPED[format_], label="template")
    experience = make_experience(format_)
    refusals = find_refusals(text, experience=experience, locale="de", name="t")
    assume(not any(error.rule in {"paths", "size"} for error in refusals))
    assert refusals == []
    program = link_program(json.loads(json.dumps(_compile(text, experience))))
    for _ in range(4):
        values = data.draw(VALUES, label="values")
        assert program.fill(values) == oracle(text, format_, values)
        accepted, _ = coerce_values(experience.slots, values)
        answer = program.fill(accepted)
        assert answer == oracle(text, format_, accepted)
        assert len(answer.encode()) <= program.max_bytes
        if format_ == "json":
            json.loads(answer)


def _compile(text: str, experience: Experience) -> dict[str, Any]:
    return compile_template(text, experience=experience, locale="de", name="t").program
