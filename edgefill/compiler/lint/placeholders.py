"""Finds the blanks of other systems, which nothing fills: `[Name]`, `*|FNAME|*`, `%s`, `«name»`.

A mark that prose has too (parentheses, guillemets, hyphens) makes a blank only around the name of
one, such as `(first name)`. Every part is bounded, so that reading is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from edgefill.privacy import TextFinding

# what writers call a blank
_OWNER = r"(?:your|customer|recipient|client|user|first|last|full|given|family|ihr|dein|kunden)"
_BLANK = (
    rf"(?:(?:{_OWNER}[ _.-]?){{0,3}}(?:name|vorname|nachname|kundenname|username|f_?name|l_?name)"
    r"|anrede|salutation|order[ _-]?(?:number|id)|tracking[ _-]?(?:number|id)|bestellnummer"
    r"|(?:insert|enter|placeholder|platzhalter)\b[^()<>«»\n\x00\"]{0,40}"
    r"|[^()<>«»\n\x00\"]{0,40} (?:einfügen|einsetzen|ergänzen))"
)
_SNAKE_CASE = (
    r"[A-Za-z]{1,40}(?:_[A-Za-z0-9]{1,40}){0,3}_(?:[Nn]ame|NAME|id|ID|number|NUMBER|date|DATE|url|URL"
    r"|link|LINK|email|EMAIL|address|ADDRESS|price|total|amount|code|CODE|title|nummer|datum|betrag)"
)
_GREETING = r"(?:hello|hi|hey|dear|hallo|liebe[rs]?|bonjour|hola|ciao)"
_MARKS = r"[%#@$~^|*]{1,3}"
_IDENTIFIER = r"[A-Za-z][A-Za-z0-9_.|:-]{1,40}"
_TAGS = r"(?:a|b|br|code|div|em|h[1-6]|hr|i|li|ol|p|small|span|strong|time|ul)"
# what only HTML may have in its tags, and only JSON around an object
_ANGLES = rf"<(?!/?{_TAGS}[ />])[!?$#@/]?\s?[^\W\d_][^<>\n\x00\"]{{0,60}}>|<\?"
_EMPTY_BRACES = r"(?<![\w}])\{\s?\}"
_PLACEHOLDER = (
    # [Your Name], [[name]], [*name*], [%name%], [...]
    r"\[{1,3}[^\W\d_][^\[\]\n\x00\"]{0,60}\]{1,3}"
    r"|\[[%*@#$!][^\[\]\n\x00\"]{1,60}\]|[\[(]\s?(?:\.{2,4}|…|_{1,9})\s?[\])]"
    # {name}, {0}, {!Contact.FirstName}, ${name}, #{name}, {{{name}}}
    r"|[$#%@]?\{{1,4}\s{0,4}[^\s{}\x00\"][^{}\n\x00\"]{0,60}\}{1,4}"
    # <<name>>, <%= name %>, %%=v(@name)=%%
    r"|<<[^<>\n\x00]{1,60}>>|<%[^%\n\x00]{0,60}%>|%%[^%\n\x00]{1,60}%%"
    # *|FNAME|*, %NAME%, ##name##, $name$, |*NAME*|
    rf"|\*\|[^|*\n\x00]{{1,60}}\|\*|(?<![\w&]){_MARKS}{_IDENTIFIER}{_MARKS}(?!\w)"
    # $name, $!name, %s, %(name)s, %1$s
    r"|(?<![\w$])\$!?[A-Za-z_][A-Za-z0-9_.]{1,40}"
    r"|(?<![\w%])%(?:\([A-Za-z_]\w{0,40}\)|[0-9]\$)?[sd](?![\w%])"
    # first_name, but neither a path, a query, an attribute's value nor a member's name
    rf"|(?<![\w/.=@&?#\"'-]){_SNAKE_CASE}(?![\w/=@\"'])|(?<=\"){_SNAKE_CASE}(?=[ ,.!?])"
    # __NAME__, _NAME_, ____, XXX
    r"|__[A-Za-z_]{2,40}__|(?<!\w)_[A-Z][A-Z_]{1,40}_(?!\w)|_{3,}|\b(?:X{3,}|x{3,})\b"
    r"|\b(?:TODO|TBD|TBC|FIXME)\b|\blorem ipsum\b"
    # FIRSTNAME, YOUR NAME, firstName
    r"|\b(?:(?:YOUR|FIRST|LAST|FULL|USER|CUSTOMER)[ _]?NAME|NAME|VORNAME|NACHNAME)\b"
    r"|\b(?:first|last|full|user|customer)Name\b"
)
_NAMED = (
    # (your name), <name>, «name», -fname-, :name:, @name, …name…
    rf"\({{1,3}}\s?{_BLANK}\s?\)|<\s?{_BLANK}\s?>|[«\u2039]\s?{_BLANK}\s?[»\u203a]|…\s?{_BLANK}\s?…"
    rf"|(?<!\w)-{_BLANK}-(?!\w)|(?<![\w:]):{{1,2}}{_BLANK}:{{1,2}}(?!\w)|(?<![\w.])@{_BLANK}\b"
    # contact.firstname, Dear customer name
    r"|\b[A-Za-z]{2,30}\.(?:first|last|full|given|family)_?name\b"
    rf"|\b{_GREETING}[ ]{_OWNER}?[ _-]?name\b"
)
_PATTERNS = {
    format_: tuple(
        re.compile(pattern, flags)
        for pattern, flags in ((_PLACEHOLDER + more, re.NOFLAG), (_NAMED, re.IGNORECASE))
    )
    for format_, more in {
        "html": f"|{_EMPTY_BRACES}", "json": f"|{_ANGLES}", "text": f"|{_ANGLES}|{_EMPTY_BRACES}",
    }.items()
}  # fmt: skip


def find_placeholders(literals: str, format_: str) -> Iterator[TextFinding]:
    """Blanks of other systems, such as `[Name]`, `{Name}`, `*|NAME|*`, `XXX` and TODO."""
    for pattern in _PATTERNS[format_]:
        for match in pattern.finditer(literals):
            yield TextFinding(
                start=match.start(),
                end=match.end(),
                rule="placeholder",
                reason="a placeholder that nothing fills",
                remedy="write {{ slot }}, or the text itself",
            )
