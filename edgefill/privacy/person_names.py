"""Recognises names of persons in English and German text.

Two signs show a name: it is a common first name that is not also another word; or it follows a
greeting, thanks or a form of address. introductions.py finds names that a question introduces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from edgefill.privacy.identifiers import TextFinding

_FIRST_NAMES = """
Aaron Abigail Ada Adam Adrian Agnes Aisha Alan Albert Alexander Alexandra Alfred Alice
Amanda Amelia Andrea Andreas Andrew Angela Anja Anke Anna Anne Annette Anthony Antonia
Astrid Barbara Beate Benedikt Benjamin Bernd Bettina Birgit Brandon Brenda Brian
Brigitte Bruno Carl Carla Carlos Carmen Carol Caroline Catherine Charles Charlotte
Christian Christina Christine Christopher Clara Claudia Cornelia Daniel Daniela David
Deborah Dennis Diana Dieter Dirk Dominik Donald Dorothea Edith Edward Eileen Elena
Elisabeth Elizabeth Ella Emil Emily Emma Eric Erika Eva Fatima Felix Florian Franziska
Fritz Gabriele George Georg Gerald Gerhard Gisela Greta Günter Günther Hanna Hannah
Hannes Hans Harald Heather Heidi Heike Heinrich Heinz Helen Helena Helga Helmut Henry
Herbert Holger Ida Ingrid Isabel Isabella Jacob Jakob James Jan Jana Jane Janet Jason
Jennifer Jens Jessica Jim Joachim Joan Joanna Johanna Johannes John Jonas Jonathan
Joseph Joshua Juan Judith Julia Julian Jürgen Karen Karin Karl Karsten Katharina
Katherine Kathrin Katja Kenneth Kerstin Kevin Klara Klaus Konrad Kristin Kurt Lara Larry
Laura Lea Lena Leon Leonard Leonie Linda Lisa Louis Louise Lukas Manfred Manuela Marcel
Marco Marcus Margaret Maria Marie Marion Markus Marlene Martin Martina Mary Mathilda
Matthew Matthias Maximilian Megan Melanie Melissa Michael Michaela Michelle Miriam
Mohammed Monika Moritz Muhammad Nadine Nancy Natalie Nathan Nicholas Nicole Niklas Nina
Noah Nora Norbert Oliver Olivia Oskar Pamela Patricia Patrick Paul Paula Pauline Peter
Petra Philipp Philip Priya Rachel Rainer Ralf Raymond Rebecca Regina Renate Richard Rita
Robert Roland Rolf Ronald Rüdiger Rudolf Ruth Ryan Sabine Samantha Samuel Sandra Sarah
Sara Scott Sebastian Sharon Shirley Silke Silvia Simon Simone Sonja Sophia Sophie Stefan
Stefanie Stephan Stephanie Stephen Steven Susan Susanne Sven Svenja Sylvia Tanja Teresa
Theodor Theresa Thomas Thorsten Tim Timothy Tobias Torsten Udo Ulrich Ulrike Ursula Ute
Uwe Valentina Vanessa Vera Veronika Victoria Viktoria Vincent Walter Werner Wilhelm
William Wolfgang Yasmin Yvonne"""
FIRST_NAMES = frozenset(_FIRST_NAMES.casefold().split())
_FIRST_NAME = re.compile(rf"(?<![\w-])(?:{'|'.join(_FIRST_NAMES.split())})(?![\w-])")

_TAGS = r"(?:</?[a-z0-9]+>|[ \t])*"
# the letters with two cases: Latin, Greek, Cyrillic and Armenian, and the extensions of Latin
_CASED = [chr(code) for code in (*range(0x41, 0x588), *range(0x1E00, 0x1F00))]
_UPPER = "".join(filter(str.isupper, _CASED))
_LOWER = "".join(filter(str.islower, _CASED))
_PART = rf"(?:[A-Z]['\u2019]|Ma?c)?[{_UPPER}][{_LOWER}]+"
_CAPITALISED = rf"{_PART}(?:[-'\u2019]{_PART})?"
_HELLO = (
    r"Hello|Hi|Hey|Dear|Greetings|Good (?:morning|afternoon|evening|day)|Hallo|Hei|Moin|Servus|"
    r"Liebe[rs]?|Guten (?:Morgen|Tag|Abend)|Grüß (?:dich|Gott)|Sehr geehrte[rs]?"
)
_THANKS = (
    r"Welcome(?: back)?|Thanks|Thank you|Congratulations|Sorry|Willkommen(?: zurück)?|Danke|"
    r"Glückwunsch|Vielen Dank"
)
# greetings and thanks of other languages; a mark or a line's end must follow the name
_FOREIGN_HELLO = (
    r"Bonjour|Bonsoir|Salut|Coucou|Ch(?:er|ère)s?|Bienvenue|Merci|Hola|Gracias|"
    r"Buen[oa]s (?:días|tardes|noches)|(?:Estimad|Querid|Bienvenid|Benvenut|Prezad)[oa]|"
    r"Obrigad[oa]|Car[oa]|Ciao|Buongiorno|Buonasera|Salve|Gentile|Grazie|Olá|Oi|Bom dia|"
    r"Boa (?:tarde|noite)|Hoi|Geachte|Goede(?:morgen|middag|navond)|Welkom|Bedankt|Hej|Hejsan|"
    r"Kära|Kære|Kjære|Välkommen|Velkommen|Tack|Takk|Moi|Terve|Hyvä|Cześć|Dzień dobry|Witaj|"
    r"Drog[ia]|Szanown[ya]|Ahoj|Dobrý den|Vážen[ýá]|Mil[ýá]|Szia|Kedves|Tisztelt|Bună|Dragă|"
    r"Stimat[ăe]|Merhaba|Selam|Say\u0131n|Sevgili|Привет|Здравствуйте|Добрый день|"
    r"Уважаем(?:ый|ая)|Дорог(?:ой|ая)|Вітаю|Здравейте|Γεια σου|Αγαπητ[ήέ]"  # noqa: RUF001
)
_ADDRESS = (
    r"Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Herrn|Frau|Madame|Monsieur|Mme|Señora?|Sra?|Signora?|Mevrouw|"
    r"Meneer"
)
_GREETED_NAMES = (
    re.compile(rf"\b(?:{_HELLO})[ \t]{_TAGS}({_CAPITALISED})"),
    re.compile(
        rf"\b(?:{_HELLO}|{_THANKS}),?[ \t]{_TAGS}({_CAPITALISED})"
        rf"(?:[ ]{_CAPITALISED})?{_TAGS}(?:[,!.:]|\n|$)"
    ),
    re.compile(
        rf"\b(?:{_FOREIGN_HELLO}),?[ \t]{_TAGS}({_CAPITALISED})"
        rf"(?:[ ]{_CAPITALISED})?{_TAGS}(?:[ \u00a0\u202f]?[,!.:]|\n|$)"
    ),
    re.compile(rf"\b(?:{_ADDRESS})\.?[ \t]{_TAGS}({_CAPITALISED})"),
)
_NOT_NAMES = frozenset(
    re.findall(
        r"\w+",
        """Aboard Again All Alle An And Auf Aus Back Bei Bis Bitte Bonus Club Customer Customers
        Damen Danke Das Dein Deine Dem Den Der Die Dr Du Ein Eine Everybody Everyone Family
        Fan Fans Fellow Folks Frau Freund Freunde Freundin Friend Friends From Für Gast Gift
        Gold Gruß Grüße Guest Guests Gäste Herr Herren Hier Home Ihnen Ihr Ihre Ihren Im In Is
        Ist It Kunde Kunden Kundin Kundinnen Leser Leserin Loyal Madam Member Members Miss
        Mitglied Mitglieder Mr Mrs Ms Nutzer Nutzerin Offer Our Partner Patron Prof Reader
        Shopper Sie Silver Sir Subscriber Team The There This To Und Unser Unsere User Valued
        Ami Amie Amies Amiga Amigas Amigo Amigos Amis Amici Bella Client Cliente Clienti Clientes
        Clients Klant Klanten Madame Mademoiselle Mesdames Messieurs Monsieur Mundo Signor Signora
        Señor Señora Señores Todos Tous Toutes Tutti World
        Vielen Visitor Von Was We Wie Wir You Your Zu Zum Zur Zusammen""",
    )
)


def find_greeted_names(literals: str) -> Iterator[TextFinding]:
    """Each name that follows a greeting, thanks or a form of address."""
    for pattern in _GREETED_NAMES:
        for match in pattern.finditer(literals):
            if match[1] not in _NOT_NAMES:
                yield TextFinding(
                    start=match.start(1),
                    end=match.end(1),
                    rule="name",
                    reason="a person's name next to a greeting",
                    remedy="use a name slot: {{ name }}",
                )


def find_first_names(literals: str) -> Iterator[TextFinding]:
    """Each common first name, in any position."""
    for match in _FIRST_NAME.finditer(literals):
        yield TextFinding(
            start=match.start(),
            end=match.end(),
            rule="name",
            reason="a person's name",
            remedy="use a name slot: {{ name }}",
        )
