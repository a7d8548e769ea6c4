"""Blanks of other systems are found in texts of every format."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from edgefill.compiler.lint.placeholders import find_placeholders
from edgefill.core.errors import TemplateRefused

Refuse = Callable[..., list[TemplateRefused]]
BLANKS = [
    "*|FNAME|*",
    "*|IF:FNAME|*",
    "{!Contact.FirstName}",
    "{{!Contact.FirstName}}",
    "{!$User.Email}",
    "%%FirstName%%",
    "%%=v(@name)=%%",
    "%FIRSTNAME%",
    "%first-name%",
    "%recipient.name%",
    "[[FIRST NAME]]",
    "[FIRSTNAME]",
    "[Your Name]",
    "[name|there]",
    "[%first_name%]",
    "[% first_name %]",
    "[*name*]",
    "[[[name]]]",
    "[...]",
    "[…]",
    "(…)",
    "<%= name %>",
    "<%name%>",
    "${name}",
    "${user.name}",
    "$name",
    "$NAME",
    "$!name",
    "$!{name}",
    "$name$",
    "$$FNAME$$",
    "#{name}",
    "##first_name##",
    "#NAME#",
    "@{name}",
    "@name",
    "@@FNAME@@",
    "{name}",
    "{0}",
    "{1}",
    "{{{name}}}",
    "{first_name,fallback}",
    "{ $json.name }",
    "{*name*}",
    "{$name}",
    "{@name}",
    "{:name}",
    "{(name)}",
    "%s",
    "%d",
    "%(name)s",
    "%1$s",
    "%FNAME|there%",
    "~NAME~",
    "~*FNAME*~",
    "|NAME|",
    "|*NAME*|",
    "^NAME^",
    "-fname-",
    "-FNAME-",
    "_NAME_",
    "__NAME__",
    "___",
    "________",
    "«name»",
    "«First Name»",
    "\u2039name\u203a",
    "<<name>>",
    "<<<name>>>",
    "(name)",
    "(Your Name)",
    "((name))",
    "(insert name here)",
    "(hier Namen einfügen)",
    "…name…",
    ":name:",
    "::name::",
    "XXX",
    "XXXX",
    "xxx",
    "TODO",
    "TBD",
    "FIXME",
    "FIRSTNAME",
    "FIRST_NAME",
    "YOUR NAME",
    "NAME",
    "firstName",
    "customer_name",
    "first_name",
    "order_id",
    "Contact.FirstName",
    "person.firstname",
    "[contact.firstname]",
    "[Dein Name]",
    "{vorname}",
    "%NAME%",
    "[insert link]",
    "[[name]]",
]


@pytest.mark.parametrize("format_", ["html", "json", "text"])
@pytest.mark.parametrize("blank", BLANKS)
def test_a_blank_of_another_system_is_found(blank: str, format_: str) -> None:
    """Inside a sentence; what is found is not more than the blank."""
    text = f"Hello {blank}, your parcel is here."
    findings = list(find_placeholders(text, format_))
    assert {finding.rule for finding in findings} == {"placeholder"}
    assert all(text[each.start : each.end].strip() in text[:-21] for each in findings)


@pytest.mark.parametrize(
    "blank",
    ["<name>", "<FIRST NAME>", "<insert name>", "<merge name>", "<$name>", "<?=$name?>", "{}"],
)
def test_a_blank_that_a_format_has_a_use_for_is_found_in_text(blank: str) -> None:
    """HTML has tags and JSON has objects; their own checks refuse what is none."""
    assert list(find_placeholders(f"Hello {blank}, your parcel is here.", "text"))


@pytest.mark.parametrize("blank", ["*|FNAME|*", "&lt;name&gt;", "&#123;name&#125;", "&#x5b;Name]"])
def test_a_blank_is_found_however_it_is_spelt(refuse: Refuse, blank: str) -> None:
    """Character references are decoded first; the whole compiler refuses the template."""
    assert refuse(f"<p>Hello {blank}, it is here.</p>", "html", "en", "placeholder")


@pytest.mark.parametrize("format_", ["html", "json", "text"])
@pytest.mark.parametrize(
    "text",
    [
        "It costs $20 or 20 $, 5 % off, 100%. From 20% to 30%.",
        "(see above) [1] * terms apply * #summer #sale #1",
        "snake_case, C# and A|B, R&D, 24/7, Q&A, AT&T, Rock'n'Roll",
        "Es kostet 20 $, das sind 5 % weniger, 100%ige Baumwolle.",
        "Follow @ternandtide, write to help@shop.example, see shop.example/my_orders?utm_source=x.",
        "A well-known brand - free of charge -, 3-in-1, X-Large, XXL, X-mas, size 38/40.",
        "What is in a name? Give it a name. Your name is on the parcel. Name: see the label.",
        "Wait... (really!) \u2026 and so on. ~20 minutes, ^ see above, 2 * 3 = 6, 10 %, a < b",
        "\u00abExpress\u00bb arrives (tomorrow), \u201eheute\u201c or \u2039bald\u203a. :-) 12:30",
        "Wie ist dein Name? Dein Name steht auf dem Paket. Der Name der Rose.",
        "Hi, here is your order. Dear customer, hello again. Hallo zusammen!",
    ],
)
def test_ordinary_signs_are_not_placeholders(text: str, format_: str) -> None:
    """Amounts, percents, brackets, handles, smileys and the word name are text."""
    assert list(find_placeholders(text, format_)) == []


def test_the_markup_of_a_format_is_no_placeholder() -> None:
    """Tags in HTML, objects in JSON."""
    assert list(find_placeholders('<p class="a_b"><a href="/x_y">A</a> <b>b</b></p>', "html")) == []
    assert list(find_placeholders(json.dumps({"push_title": "A", "order_id": {}}), "json")) == []
    assert list(find_placeholders(json.dumps({"a": "b"}, indent=2), "json")) == []
