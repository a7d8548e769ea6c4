"""Questions made from the examples."""

from edgefill.router_training.questions.augmentation import augment_questions

QUESTIONS = [("where", "is", "my", "order"), ("cancel", "it"), ("hello",), ()]
NEAR = {"cancel": ["stop", "revoke"], "order": ["parcel"]}


def test_every_row_names_its_sources() -> None:
    """A row's words are those of its sources, or their neighbours."""
    augmented = augment_questions(QUESTIONS, NEAR, seed=1)
    assert len(augmented.rows) == len(augmented.sources) == 4 * len(QUESTIONS)
    for row, sources in zip(augmented.rows, augmented.sources, strict=True):
        own = {word for at in sources for word in QUESTIONS[at]}
        assert set(row) <= own | {near for word in own for near in NEAR.get(word, ())}


def test_an_additional_question_changes_no_other_rows() -> None:
    """So the teacher's cached vectors can be reused."""
    before, after = (
        augment_questions(each, NEAR, seed=1) for each in (QUESTIONS, [*QUESTIONS, ("x",)])
    )
    own = [at for at, sources in enumerate(before.sources) if len(sources) == 1]
    assert [before.rows[at] for at in own] == [after.rows[at] for at in own]
