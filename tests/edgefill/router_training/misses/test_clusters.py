"""Grouping missed questions."""

from __future__ import annotations

from edgefill.router_training.misses.clusters import QuestionCluster, group_misses
from edgefill.router_training.misses.missed_questions import MissedQuestion
from edgefill.routing.question import read_question

ENGRAVE = ("can you engrave a teapot", "engrave the teapot please", "can you engrave my teapot")
LEAD = ("is there lead in the plates", "do the plates have lead in them")
UTTERANCES = {"en": ["where is my order", "can you track the order", "is it in the shop please"]}


def make_misses(*texts: str, locale: str = "en", count: int = 1) -> list[MissedQuestion]:
    return [
        MissedQuestion(locale=locale, digest=read_question(text).digest, text=text, count=count)
        for text in texts
    ]


def texts(clusters: tuple[QuestionCluster, ...]) -> list[set[str]]:
    return [{miss.text for miss in cluster.misses} for cluster in clusters]


def test_questions_that_share_words_are_grouped() -> None:
    """The cluster with the largest total count comes first."""
    clusters = group_misses([*make_misses(*ENGRAVE), *make_misses(*LEAD, count=2)], UTTERANCES)
    assert texts(clusters) == [set(LEAD), set(ENGRAVE)]
    assert [cluster.count for cluster in clusters] == [4, 3]
    assert {"engrave", "teapot"} < set(clusters[1].words)


def test_the_most_frequent_question_is_first_in_its_cluster() -> None:
    """In any order of input."""
    misses = [
        *make_misses(ENGRAVE[0]),
        *make_misses(ENGRAVE[1], count=5),
        *make_misses(ENGRAVE[2], count=3),
    ]
    (cluster,) = group_misses(misses, UTTERANCES)
    assert [miss.count for miss in cluster.misses] == [5, 3, 1]


def test_the_least_frequent_are_left_out_when_there_are_too_many() -> None:
    """Each locale has a limit of its own."""
    misses = [
        *make_misses(*LEAD, count=2),
        *make_misses(ENGRAVE[0]),
        *make_misses(ENGRAVE[0], locale="de"),
    ]
    assert sum(len(each.misses) for each in group_misses(misses, UTTERANCES, most=2)) == 3


def test_locales_are_never_grouped() -> None:
    """Not even if the words are the same."""
    clusters = group_misses(
        [*make_misses(ENGRAVE[0]), *make_misses(ENGRAVE[0], locale="de")], UTTERANCES
    )
    assert sorted(cluster.locale for cluster in clusters) == ["de", "en"]


def test_the_same_misses_make_the_same_clusters() -> None:
    """In any order of input."""
    misses = [*make_misses(*ENGRAVE), *make_misses(*LEAD), *make_misses("who are you")]
    assert group_misses(misses, UTTERANCES) == group_misses(reversed(misses), UTTERANCES)


def test_masks_are_no_similarity() -> None:
    """Two questions are not similar because both contain a number and a name."""
    clusters = group_misses(make_misses("# [name] lead", "# [name] teapot"), UTTERANCES)
    assert len(clusters) == 2
    assert {cluster.words for cluster in clusters} == {("lead",), ("teapot",)}


def test_few_misses_are_grouped() -> None:
    """None, a single one, one that is only a mask, and one without a text."""
    assert group_misses([], UTTERANCES) == ()
    assert len(group_misses(make_misses("hm"), {})) == 1
    assert len(group_misses(make_misses("#"), {})) == 1
    assert (
        group_misses([MissedQuestion(locale="en", digest="0" * 20, text="", count=9)], UTTERANCES)
        == ()
    )
