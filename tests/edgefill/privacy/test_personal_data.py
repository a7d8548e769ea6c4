"""Identifiers and names of persons are recognised in literal text."""

import pytest

from edgefill.privacy import find_personal_data


@pytest.mark.parametrize(
    ("text", "start", "rule"),
    [
        ("Your order 73220134 is late.", 5, "order-id"),
        ("Order number: 4711", 0, "order-id"),
        ("order no. <b>A-771</b>", 0, "order-id"),
        ("Ihre Bestellnummer 4711", 5, "order-id"),
        ("Rechnung Nr. RE-2026-118", 0, "order-id"),
        ("Parcel #8812 is here", 0, "order-id"),
        ("see AB12C345 there", 4, "order-id"),
        ("write to ada.l@mail.example", 9, "email"),
        ("You paid $1200 for it", 9, "amount"),
        ("It costs 12,50 € now", 9, "amount"),
        ("about 40 euros", 6, "amount"),
        ("EUR 1.299,90 are due", 0, "amount"),
        ("call +49 30 123 45 67", 5, "phone"),
        ("call 1-800-FLOWERS now", 5, "phone"),
        ("the code 902417 is", 9, "digits"),
        ("Hello Zoltan, welcome", 6, "name"),
        ("Hi <b>Zoltan</b>!", 6, "name"),
        ("Dear Ms Quux", 8, "name"),
        ("Dear Mr. O'Quux", 9, "name"),
        ("Hi McQuux!", 3, "name"),
        ("Sehr geehrte Frau Quux,", 18, "name"),
        ("Liebe Zora,", 6, "name"),
        ("Thanks, Zoltan!", 8, "name"),
        ("a gift that Charlotte chose", 12, "name"),
    ],
)
def test_personal_data_is_found(text: str, start: int, rule: str) -> None:
    """Each kind is found at its offset; no finding repeats the text."""
    findings = list(find_personal_data(text))
    assert (start, rule) in {(finding.start, finding.rule) for finding in findings}
    for finding in findings:
        assert text[finding.start : finding.end] not in finding.reason + finding.remedy


@pytest.mark.parametrize(
    "text",
    [
        "Hello there, dear customer! Dear Customer, thank you for your order.",
        "Open 24/7, delivery in 3-5 days, within 30 days, 10 % off, 2 for 1, since 1998, in 2026.",
        "Write to support@shop.example or visit https://shop.example/help. COVID-19, MP3, WiFi 6.",
        "Liebe Kundin, lieber Kunde, Guten Tag! Sehr geehrte Damen und Herren, vielen Dank.",
        "Hallo zusammen, Danke für Ihre Geduld. Ihre Bestellung kommt in 2 bis 4 Tagen.",
    ],
)
def test_ordinary_words_of_a_shop_pass(text: str) -> None:
    """Numbers without an owner, role addresses and forms of address are not personal data."""
    assert list(find_personal_data(text)) == []


@pytest.mark.parametrize(
    ("greeting", "name"),
    [
        ("Bonjour {},", "Amélie"), ("Bonjour {} !", "Amélie"), ("Bonsoir <b>{}</b>,", "Noëlle"),
        ("Chère {},", "Amélie"), ("Salut {}\n", "Zoé"), ("Hola {}:", "Íñigo"),
        ("Estimada {},", "Begoña"), ("Buenos días {},", "Ramón"), ("Ciao {}!", "Giò"),
        ("Gentile {},", "Raffaella"), ("Olá {},", "João"), ("Bom dia {}.", "Conceição"),
        ("Hoi {},", "Sjoerd"), ("Hej {}!", "Åsa"), ("Kära {},", "Göran"), ("Cześć {},", "Łukasz"),
        ("Dzień dobry {}!", "Świętosława"), ("Ahoj {},", "Šárka"), ("Dobrý den {},", "Řehoř"),
        ("Szia {}!", "Győző"), ("Bună {},", "Ștefan"), ("Merhaba {},", "Şule"),
        ("Привет, {}!", "Ольга"), ("Здравствуйте, {}.", "Иван"), ("Γεια σου {},", "Ελένη"),  # noqa: RUF001
        ("Hello {}, welcome", "Łucja"), ("Dear {},", "Ольга"), ("Hallo {}!", "Żaneta"),
        ("Madame {}", "Quux"), ("Señor {}", "Quux"), ("Merci {} !", "Zoé"),
        ("Hello {},", "O'Łuux"),
    ],
)  # fmt: skip
def test_a_name_after_a_greeting_of_another_language_is_found(greeting: str, name: str) -> None:
    """With the letters of its language, in a tag, before a mark with a space in front of it."""
    text = greeting.format(name)
    found = {text[each.start : each.end] for each in find_personal_data(text)}
    assert name in found


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour Madame, bonjour Monsieur,", "Chers Clients,", "Bonjour à tous,", "Hola Amigos!",
        "Bonjour, votre commande est arrivée.", "Ciao Bella!", "Hello World!", "Cara cliente,",
        "Merci beaucoup.", "Hola, tu pedido ha llegado.", "Gentile Cliente,", "Hej och välkommen!",
    ],
)  # fmt: skip
def test_a_greeting_of_another_language_without_a_name_is_accepted(text: str) -> None:
    """It greets everybody."""
    assert list(find_personal_data(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "24.12.2026", "1.1.2027", "01.02.2026", "24. 12. 2026", "24/12/2026", "12/24/2026",
        "2026-12-24", "2026/12/24", "24-12-2026", "24.12.-31.12.2026", "24.12.2026-31.12.2026",
        "24.12.2026 - 31.12.2026", "2025/2026", "2024-2026", "24.12.2026 14.30", "24.12.2026 9.00",
        "01/01/2026-31/01/2026", "31.12.1999",
    ],
)  # fmt: skip
def test_a_date_is_not_a_telephone_number(text: str) -> None:
    """Nor is a span of dates or years, or a date with a time of day."""
    assert list(find_personal_data(f"Open until {text}, then closed.")) == []


@pytest.mark.parametrize(
    "text",
    [
        "99.99.9999", "45.13.2026", "24.12.2026 030 1234567", "030 24.12.2026 5", "+24.12.2026",
        "2026 555 1234", "(0)24.12.2026", "24.12.20267", "0170 12 12 202", "24122026",
    ],
)  # fmt: skip
def test_digits_that_are_no_date_are_a_telephone_number(text: str) -> None:
    """As before."""
    assert {each.rule for each in find_personal_data(f"Call {text} now")} & {"phone", "digits"}
