"""An HTML template may have slots only in text and in quoted attribute values."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from edgefill.compiler import find_refusals
from edgefill.core.experience import Experience

Make = Callable[..., Experience]

UNSAFE = [
    ("<script>{{ name }}</script>", 1, "script"),
    ("<style>p{}</style>", 1, "script"),
    ('<p onclick="{{ name }}">x</p>', 4, "script"),
    ('<p style="color:{{ name }}">x</p>', 4, "script"),
    ("<a href={{ link }}>x</a>", 3, "attribute"),
    ("<span class>x</span>", 6, "attribute"),
    ("<p {{ name }}>x</p>", 3, "attribute"),
    ("<p{{ name }}>x</p>", 6, "context"),
    ("<{{ name }}>x", 1, "markup"),
    ("<!-- {{ name }} -->", 1, "markup"),
    ("<!DOCTYPE html>", 1, "markup"),
    ("a < b", 3, "markup"),
    ("a <", 3, "markup"),
    ("<h1>x</h1>", 1, "tag"),
    ('<img src="{{ link }}">', 1, "tag"),
    ('<p class="x">x</p>', 4, "attribute"),
    ("<p/>", 3, "markup"),
    ("<p>x", 5, "markup"),
    ("<p", 3, "markup"),
    ('<a href="x', 11, "markup"),
    ("<b><i>x</b></i>", 8, "markup"),
    ("x</b>", 2, "markup"),
    ('<a href="javascript:x">x</a>', 10, "href"),
    ('<a href="&#106;avascript:x">x</a>', 10, "href"),
    ('<a href="//evil.example">x</a>', 10, "href"),
    ('<a href="/x/{{ link }}">x</a>', 16, "href"),
    ('<a href="{{ link }}/x">x</a>', 20, "href"),
    ('<a href="{{ link }}{{ link }}">x</a>', 23, "href"),
    ('<a href="{{ name }}">x</a>', 13, "href"),
    ('<a href="{{ link | lower }}">x</a>', 20, "href"),
    ('<a href="{{ other }}">x</a>', 13, "href"),
    ('<a href="{% if vip %}/a{% endif %}">x</a>', 13, "branch"),
    ("<p{% if vip %} {% endif %}>x</p>", 6, "branch"),
    ("{% if vip %}<b>{% endif %}x</b>", 4, "balance"),
    ("{% for x in tags %}<b>{% endfor %}", 4, "balance"),
    ("{% if vip %}<b>{% else %}<i>{% endif %}x</b>", 4, "balance"),
    ("<p>a<p>b</p></p>", 1, "sanitiser"),
    ("<p><ul><li>x</li></ul></p>", 1, "sanitiser"),
    ('<a href="/a" href="/b">x</a>', 1, "sanitiser"),
    ('<a href="/a">x <a href="/b">y</a></a>', 1, "sanitiser"),
    ("{% if vip %}<p>{% endif %}{% if vip %}</p>{% endif %}", 4, "balance"),
]


@pytest.mark.parametrize(("text", "column", "rule"), UNSAFE)
def test_invalid_markup_is_refused(
    make_experience: Make, text: str, column: int, rule: str
) -> None:
    """Each is refused at its column; the sanitiser cannot give one."""
    refusals = find_refusals("ok\n" + text, experience=make_experience(), locale="de", name="t")
    place = (1, 1) if rule == "sanitiser" else (2, column)
    assert [(e.line, e.column, e.rule) for e in refusals] == [(*place, rule)]


@pytest.mark.parametrize(
    "text",
    [
        "<p class='x'>".replace(" class='x'", "") + "{{ name }} &amp; &uuml; a > b</p>",
        "<a href=\"{{ link }}\" title='{{ name }}'>x</a>",
        "{% if other is defined %}<a href='{{ other }}'>x</a>{% endif %}",
        "<A HREF='https://shop.example/?a=b&amp;c'>x</A><br/><br><hr />",
        '<span class="{% if vip %}gold{% else %}{{ tier }}{% endif %}">x</span>',
        "<ul>{% for j in parts %}<li>{{ j.title }}</li>{% endfor %}</ul>",
        '<div class="a"><h2>x</h2><ol><li><time datetime="{{ day }}">x</time></li></ol></div>',
        "{% if vip %}<p>{% else %}<h2>{% endif %}".replace("<h2>", "<p>") + "x</p>",
        "<blockquote><code>{{ note }}</code></blockquote>",
    ],
)
def test_valid_markup_passes(make_experience: Make, text: str) -> None:
    """Allowed tags, nested as HTML allows, on every branch."""
    assert find_refusals(text, experience=make_experience(), locale="de", name="t") == []
