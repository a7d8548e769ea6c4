"""The description file."""

from pathlib import Path

import pytest

from local.cdn.description import DescriptionRefused, load_distribution

MINIMAL = """
id: D
domain_name: d.example
origins: {shop: {type: custom, domain_name: shop.example}}
behaviours: [{path: "*", origin: shop, cache: {}}]
"""


def test_the_default_description_keeps_personal_answers_out_of_the_cache() -> None:
    """The personal behaviour has Min TTL 0 and the token in its cache key."""
    personal = load_distribution().behaviours[0]
    assert personal.path == "/p/*"
    assert personal.cache.min_ttl == 0
    assert personal.cache.cookies == ("edgefill_profile",)
    assert "Authorization" in personal.cache.headers


def test_a_minimal_description_is_enough(tmp_path: Path) -> None:
    """Everything but origins and one behaviour has a default."""
    file = tmp_path / "d.yaml"
    file.write_text(MINIMAL)
    assert load_distribution(file).behaviours[0].methods == ("GET", "HEAD")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("cache: {}", "cache: {min: 1}"), r"behaviours\.0\.cache\.min"),
        (("origin: shop", "origin: shed"), "no origin 'shed'"),
        (('path: "*"', "path: /a"), r"last behaviour's path must be '\*'"),
        (("type: custom", "type: ftp"), r"origins\.shop\.type"),
        (("id: D", "id: [D"), "d.yaml"),
    ],
)
def test_a_wrong_description_is_refused_by_file_and_field(
    tmp_path: Path, change: tuple[str, str], complaint: str
) -> None:
    """The refusal names the file and the field."""
    file = tmp_path / "d.yaml"
    file.write_text(MINIMAL.replace(*change))
    with pytest.raises(DescriptionRefused, match=complaint):
        load_distribution(file)


def test_a_missing_description_is_refused(tmp_path: Path) -> None:
    """The refusal names the file that is not there."""
    with pytest.raises(DescriptionRefused, match=r"absent\.yaml"):
        load_distribution(tmp_path / "absent.yaml")
