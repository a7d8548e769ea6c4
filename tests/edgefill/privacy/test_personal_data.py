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
