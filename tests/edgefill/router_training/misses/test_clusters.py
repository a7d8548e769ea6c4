"""Missed questions in clusters."""

from __future__ import annotations

from edgefill.router_training.misses.clusters import Cluster, clusters_of
from edgefill.router_training.misses.misses import MissedQuestion
from edgefill.routing.question import read_question

ENGRAVE = ("can you engrave a teapot", "engrave the teapot please", "can you engrave my teapot")
LEAD = ("is there lead in the plates", "do the plates have lead in them")
SPOKEN = {"en": ["where is my order", "can you track the order", "is it in the shop please"]}


def misses(*texts: str, locale: str = "en", asked: int = 1) -> list[MissedQuestion]:
    return [
        MissedQuestion(locale=locale, digest=read_question(text).digest, text=text, asked=asked)
        for text in texts
    ]


def texts(clusters: tuple[Cluster, ...]) -> list[set[str]]:
    return [{miss.text for miss in cluster.misses} for cluster in clusters]


def test_questions_that_share_words_are_together() -> None:
    """The most asked cluster first, by the sum of its questions."""
    found = clusters_of([*misses(*ENGRAVE), *misses(*LEAD, asked=2)], SPOKEN)
    assert texts(found) == [set(LEAD), set(ENGRAVE)]
    assert [cluster.asked for cluster in found] == [4, 3]
    assert {"engrave", "teapot"} < set(found[1].words)


def test_the_most_asked_question_leads_its_cluster() -> None:
    """Whatever the order in which they are given."""
    asked = [*misses(ENGRAVE[0]), *misses(ENGRAVE[1], asked=5), *misses(ENGRAVE[2], asked=3)]
    (found,) = clusters_of(asked, SPOKEN)
    assert [miss.asked for miss in found.misses] == [5, 3, 1]


def test_the_least_asked_are_left_out_when_there_are_too_many() -> None:
    """Of each locale by itself."""
    asked = [*misses(*LEAD, asked=2), *misses(ENGRAVE[0]), *misses(ENGRAVE[0], locale="de")]
    assert sum(len(each.misses) for each in clusters_of(asked, SPOKEN, most=2)) == 3


def test_locales_are_never_together() -> None:
    """Not even for the same words."""
    found = clusters_of([*misses(ENGRAVE[0]), *misses(ENGRAVE[0], locale="de")], SPOKEN)
    assert sorted(cluster.locale for cluster in found) == ["de", "en"]


def test_the_same_misses_make_the_same_clusters() -> None:
    """In any order."""
    asked = [*misses(*ENGRAVE), *misses(*LEAD), *misses("who are you")]
    assert clusters_of(asked, SPOKEN) == clusters_of(reversed(asked), SPOKEN)


def test_a_mark_joins_nothing() -> None:
    """Two questions with a number and a name in them are not alike for it."""
    found = clusters_of(misses("# [name] lead", "# [name] teapot"), SPOKEN)
    assert len(found) == 2
    assert {cluster.words for cluster in found} == {("lead",), ("teapot",)}


def test_nothing_is_made_of_nothing() -> None:
    """No misses, one alone, one of marks, and those without words."""
    assert clusters_of([], SPOKEN) == ()
    assert len(clusters_of(misses("hm"), {})) == 1
    assert len(clusters_of(misses("#"), {})) == 1
    assert (
        clusters_of([MissedQuestion(locale="en", digest="0" * 20, text="", asked=9)], SPOKEN) == ()
    )
