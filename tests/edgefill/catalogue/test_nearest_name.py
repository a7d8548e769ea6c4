"""An unknown name is explained by the nearest name and all names."""

from edgefill.catalogue.nearest_name import describe_choices


def test_the_nearest_name_is_asked_for_and_all_names_are_listed() -> None:
    """A name that resembles none only gets the list, and an empty list says so."""
    names = ("date", "money")
    assert describe_choices("dat", names) == "did you mean 'date'? choose one of date, money"
    assert describe_choices("xyz", names) == "choose one of date, money"
    assert describe_choices("xyz", ()) == "there is none to choose; remove it"
