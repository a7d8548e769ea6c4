"""Finds what a writer left in a text by mistake.

Placeholders of other systems, words of template syntax outside tags, and chat around the text: a
language model's answer to its prompt rather than a message to a customer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from edgefill.privacy import TextFinding

_PLACEHOLDER = re.compile(
    # [Your Name], [[name]]
    r"\[{1,2}[^\W\d_][^\[\]\n\x00\"]{0,60}\]{1,2}"
    # {name}, {!Contact.FirstName}, ${name}, #{name}
    r"|[$#]?\{{1,4}\s{0,4}!?[^\W\d_][^{}\n\x00\":]{0,60}\}{1,4}"
    # <<name>>, <%= name %>
    r"|<<[^<>\n\x00]{1,60}>>|<%[^%\n\x00]{0,60}%>"
    # *|FNAME|*, %%FirstName%%, %NAME%, $name$
    r"|\*\|[^|*\n\x00]{1,60}\|\*|%{1,2}[A-Za-z_]{2,40}%{1,2}|\$[A-Za-z_]{2,40}\$"
    # __NAME__, ____, XXX
    r"|__[A-Za-z_]{2,40}__|_{4,}|\bX{3,}\b"
    r"|\b(?:TODO|TBD|FIXME)\b|\blorem ipsum\b"
)
_SYNTAX = re.compile(
    r"[{<]%|%[}>]|\b(?:endif|endfor|endraw|endset|elif|elseif)\b"
    r"|\bloop\.(?:first|last|index|length)|\bis (?:not )?defined\b"
    r"|\|[ ]?(?:money|number|date|time|join|default)\b|\{\{|\{#|#\}"
)
# the end of a printed slot; in JSON two objects may end there
_PRINT_END = re.compile(r"\}\}")
_FENCE = re.compile(r"`{3,}|~{3,}")
_KIND = (
    r"(?:template|text|message|draft|e-?mail|notification|json|html|version|translation|sms"
    r"|vorlage|nachricht|entwurf|benachrichtigung|fassung|übersetzung)"
)
_CHAT = re.compile(
    # at the beginning of a text, line, block or field
    r"(?:\A|(?<=[\n>\"]))\s{0,4}(?:sure(?: thing)?[,!.:]"
    r"|(?:certainly|of course|absolutely|okay|ok)[,!.:] (?:here|i|below|let me)\b"
    r"|(?:natürlich|gerne?|klar|selbstverständlich|okay|ok)[,!.:] (?:hier (?:ist|sind)|ich habe)\b"
    rf"|(?:{_KIND}|output|ausgabe|answer|antwort|response|subject|betreff)(?: line)?:"
    r"|(?:assistant|system|user|assistent):)"
    # anywhere
    rf"|\bhere(?:['\u2019]s| is| are) (?:the|your|an?|my)(?: [a-z-]{{1,20}})? {_KIND}\b"
    r"|\bhier (?:ist|kommt) (?:die|der|das|deine?|eine?|meine?|ihre?)(?: [a-zäöüß-]{1,20})? "
    rf"{_KIND}\b"
    r"|\bi hope (?:this|that|it) helps\b|\bich hoffe,? (?:das|dies) hilft\b"
    r"|\blet me know if you(?:['\u2019]d| would)? (?:like|want|need) (?:me to|any changes)\b"
    r"|\bsag (?:mir )?bescheid, (?:wenn|falls) (?:du|ich) [^\n\x00]{0,20}(?:änder|anpass)"
    r"|\bas an ai\b|\bals (?:ki|sprachmodell)\b|\blanguage model\b",
    re.IGNORECASE,
)


def find_placeholders(literals: str) -> Iterator[TextFinding]:
    """Placeholders of other systems, such as `[Name]`, `{Name}`, `*|NAME|*`, `XXX` and TODO."""
    for match in _PLACEHOLDER.finditer(literals):
        yield _report(
            match,
            "placeholder",
            "a placeholder that nothing fills",
            "write {{ slot }}, or the text itself",
        )


def find_template_syntax(literals: str, format_: str) -> Iterator[TextFinding]:
    """Words and marks of the template language that are outside its tags."""
    patterns = (_SYNTAX,) if format_ == "json" else (_SYNTAX, _PRINT_END)
    for pattern in patterns:
        for match in pattern.finditer(literals):
            yield _report(
                match,
                "template-syntax",
                f"{match[0]!r} belongs to the template language but is outside a tag",
                "remove it, or write the whole tag: {% if slot is defined %}...{% endif %}",
            )


def find_chat(literals: str) -> Iterator[TextFinding]:
    """Chat addressed to the person who ordered the text, and code fences."""
    for match in _FENCE.finditer(literals):
        yield _report(match, "chat", "a code fence", "write the text without ``` or ~~~ around it")
    for match in _CHAT.finditer(literals):
        yield _report(
            match,
            "chat",
            f"{match[0].strip()!r} speaks about the text, not to its reader",
            "write only the text that the customer reads",
        )


def _report(match: re.Match[str], rule: str, reason: str, remedy: str) -> TextFinding:
    return TextFinding(
        start=match.start(), end=match.end(), rule=rule, reason=reason, remedy=remedy
    )
