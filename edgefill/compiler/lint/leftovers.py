"""Finds what a writer left in a text by mistake.

Words of template syntax outside tags, and what speaks to the author rather than to a customer: a
language model's answer to its prompt, remarks about the text, code fences. Placeholders are found
in placeholders.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from edgefill.privacy import TextFinding

_SYNTAX = re.compile(
    r"[{<]%|%[}>]|\b(?:endif|endfor|endraw|endset|elif|elseif)\b"
    r"|\bloop\.(?:first|last|index|length)|\bis (?:not )?defined\b"
    r"|\|[ ]?(?:money|number|date|time|join|default)\b|\{\{|\{#|#\}"
)
# the end of a printed slot; in JSON two objects may end there
_PRINT_END = re.compile(r"\}\}")
_FENCE = re.compile(r"`{3,}|~{3,}|\A\s{0,4}(?:'''|\"\"\"|`)")
_KIND = (
    r"(?:template|text|message|draft|e-?mail|notification|json|html|version|translation|sms"
    r"|vorlage|nachricht|entwurf|benachrichtigung|fassung|übersetzung)"
)
_CHAT = re.compile(
    # at the beginning of a text, line, block or field
    r"(?:\A|(?<=[\n>\"]))\s{0,4}(?:sure(?: thing)?[,!.:]"
    r"|(?:certainly|of course|absolutely|okay|ok|great|alright)[,!.:] "
    r"(?:here|i|below|let me|the following|this is)\b"
    r"|(?:option|version|variante|alternative|entwurf|draft) (?:[1-9]|[a-c]):"
    r"|(?:explanation|reasoning|erklärung|begründung|word count):"
    r"|(?:natürlich|gerne?|klar|selbstverständlich|okay|ok)[,!.:] (?:hier (?:ist|sind)|ich habe)\b"
    rf"|(?:{_KIND}|output|ausgabe|answer|antwort|response|subject|betreff)(?: line)?:"
    r"|(?:assistant|system|user|assistent):)"
    # anywhere
    rf"|\bhere(?:['\u2019]s| is| are) (?:the|your|an?|my)(?: [a-z-]{{1,20}})? {_KIND}\b"
    rf"|\b(?:below|the following) is (?:the|your|an?|my)(?: [a-z-]{{1,20}})? {_KIND}\b"
    r"|\bthis is (?:the|your|a|my)(?: [a-z-]{1,20})? (?:template|draft)\b"
    r"|\b(?:template|draft) (?:that )?you (?:asked|requested|wanted|need|ordered)\b"
    r"|\bi(?:['\u2019]ve| have) (?:written|drafted|generated|rewritten|revised|kept the|used the)\b"
    r"|\b(?:replace|fill in|ersetze|fülle) (?:the|all|any|die|alle) (?:placeholder|bracket"
    r"|platzhalter|klammer|blank)|\bfeel free to (?:adjust|edit|modify|tweak|customi[sz]e|adapt)\b"
    r"|\bwould you like me to\b|\bnote to (?:the )?(?:author|editor|developer|self)\b"
    r"|\b(?:end|ende) (?:of|der|des) (?:the )?(?:template|draft|vorlage|entwurfs)\b"
    r"|\([0-9]{1,4} (?:words|characters|wörter|zeichen)\)|<\|[a-z_]{2,20}\|>|\[/?INST\]"
    r"|\bich habe (?:die vorlage|den entwurf|den text|die nachricht) (?:für|so|etwas|wie|auf)\b"
    r"|\bhier (?:die|der|das|dein|deine|ein|eine) (?:[a-zäöüß-]{1,20} )?(?:vorlage|entwurf|text):"
    r"|\bsoll ich (?:den text|die vorlage|die nachricht|etwas|noch)\b"
    r"|\bhier (?:ist|kommt) (?:die|der|das|deine?|eine?|meine?|ihre?)(?: [a-zäöüß-]{1,20})? "
    rf"{_KIND}\b"
    r"|\bi hope (?:this|that|it) helps\b|\bich hoffe,? (?:das|dies) hilft\b"
    r"|\blet me know if you(?:['\u2019]d| would)? (?:like|want|need) (?:me to|any changes)\b"
    r"|\bsag (?:mir )?bescheid, (?:wenn|falls) (?:du|ich) [^\n\x00]{0,20}(?:änder|anpass)"
    r"|\bas an ai\b|\bals (?:ki|sprachmodell)\b|\blanguage model\b",
    re.IGNORECASE,
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
        yield _report(match, "chat", "a code fence", "write the text without fences around it")
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
