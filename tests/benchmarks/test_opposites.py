"""The opposites of the demo shop's texts."""

from collections import Counter
from pathlib import Path

from benchmarks.opposites import TEMPLATES, find_served, hold_out, list_unserved, read_opposites
from edgefill.catalogue.loader import load_catalogue
from edgefill.catalogue.questions.question_files import CatalogueQuestions
from edgefill.routing.question import read_question


def load_demo_questions() -> CatalogueQuestions:
    questions = load_catalogue(TEMPLATES / "catalogue").questions
    assert questions is not None
    return questions


def test_opposites_are_new_and_of_every_experience() -> None:
    """Five per experience and locale, none of them declared."""
    questions = load_demo_questions()
    opposites = read_opposites()
    counts = Counter((each.experience, each.locale) for each in opposites)
    assert set(counts) == {(id_, at) for id_ in questions.routed_experiences for at in ("en", "de")}
    assert set(counts.values()) == {5}
    declared = {
        read_question(text).digest
        for texts in (*questions.utterances.values(), *questions.contrasts.values())
        for text in texts
    }
    assert not declared & {read_question(each.text).digest for each in opposites}


def test_an_experience_is_held_out_with_all_its_contrasts() -> None:
    """The contrasts of the others stay."""
    rest = hold_out(load_demo_questions(), "refund-issued").contrasts
    assert {id_ for id_, _ in rest} == set(load_demo_questions().routed_experiences) - {
        "refund-issued"
    }


def test_opposites_of_a_refund_are_not_served() -> None:
    """At most one of ten; every declared utterance is, so the router does serve."""
    questions = load_demo_questions()
    of_refund = [each for each in read_opposites() if each.experience == "refund-issued"]
    assert len(list(find_served(questions, of_refund))) <= 1
    assert list_unserved(questions, "en") == []


def test_a_file_has_one_question_per_line(tmp_path: Path) -> None:
    """With its experience and locale."""
    path = tmp_path / "some.jsonl"
    path.write_text('{"experience": "a", "locale": "de", "question": "nein"}\n')
    (each,) = read_opposites(path)
    assert (each.experience, each.locale, each.text) == ("a", "de", "nein")
