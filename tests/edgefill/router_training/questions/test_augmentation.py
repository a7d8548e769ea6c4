"""Questions that nobody wrote."""

from edgefill.router_training.questions.augmentation import make_transfer

QUESTIONS = [("where", "is", "my", "order"), ("cancel", "it"), ("hello",), ()]
NEAR = {"cancel": ["stop", "revoke"], "order": ["parcel"]}


def test_every_row_names_its_sources() -> None:
    """A row's words are those of its sources, or their neighbours."""
    made = make_transfer(QUESTIONS, NEAR, seed=1)
    assert len(made.rows) == len(made.sources) == 4 * len(QUESTIONS)
    for row, sources in zip(made.rows, made.sources, strict=True):
        own = {word for at in sources for word in QUESTIONS[at]}
        assert set(row) <= own | {near for word in own for near in NEAR.get(word, ())}


def test_one_more_question_changes_no_others_words() -> None:
    """So that a teacher who was asked before need not be asked again."""
    before, after = (
        make_transfer(each, NEAR, seed=1) for each in (QUESTIONS, [*QUESTIONS, ("x",)])
    )
    own = [at for at, sources in enumerate(before.sources) if len(sources) == 1]
    assert [before.rows[at] for at in own] == [after.rows[at] for at in own]
