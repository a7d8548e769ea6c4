import pytest

from edgefill.core.errors import TemplateRefused
from edgefill.core.experience import Experience
from edgefill.core.value import replace
from edgefill.judging.prose import MAX_READ_PATHS, Prose, join_sentence, read_prose


def read(text: str, experience: Experience) -> Prose:
    return read_prose(text, experience=experience, locale="en")


def test_sentences_are_read_with_and_without_their_optional_parts(greeting: Experience) -> None:
    prose = read("Hello{% if day is defined %} until {{ day | date }}{% endif %}.", greeting)
    assert prose.paths == ((("hello", "until", "{day}", "."),), (("hello", "."),))
    assert prose.sentences == (("hello", "until", "{day}", "."), ("hello", "."))


def test_a_loop_is_read_with_no_item_one_and_two(greeting: Experience) -> None:
    prose = read("{% for i in picks %}<p>{{ i.title }}</p>{% endfor %}", greeting)
    assert prose.paths == ((), (("{title}",),), (("{title}",), ("{title}",)))


def test_blocks_end_sentences_and_inline_tags_do_not(greeting: Experience) -> None:
    prose = read("<h2>Good <b>day</b></h2><p>Tern &amp; Tide</p>", greeting)
    assert prose.sentences == (("good", "day"), ("tern", "&", "Tide"))


def test_a_text_ends_sentences_at_line_ends(greeting: Experience) -> None:
    prose = read("Dear {{ name }}\nIt is late. Sorry!", replace(greeting, format="text"))
    assert prose.sentences == (("dear", "{name}"), ("it", "is", "late", "."), ("sorry", "!"))


def test_each_member_of_a_json_text_is_a_block(greeting: Experience) -> None:
    prose = read('{"a": "Hi", "b": "Bye {{ name }}"}', replace(greeting, format="json"))
    assert prose.sentences == (("hi",), ("bye", "{name}"))


def test_a_json_text_that_cannot_be_read_is_one_block(greeting: Experience) -> None:
    prose = read('{"a": Hi', replace(greeting, format="json"))
    assert prose.sentences == (("{", '"', "a", '"', ":", "Hi"),)


def test_a_filtered_slot_is_one_token(greeting: Experience) -> None:
    assert read("{{ name | default('x') | upper }}", greeting).sentences == (("{name}",),)


def test_the_paths_that_are_read_are_bounded(greeting: Experience) -> None:
    ifs = "".join(f"{{% if name == '{i}' %}}a{i} {{% endif %}}" for i in range(9))
    assert 1 < len(read(ifs, greeting).paths) <= MAX_READ_PATHS


def test_a_broken_template_is_refused(greeting: Experience) -> None:
    for text in ("{% if %}", "{{ nobody }}"):
        with pytest.raises(TemplateRefused):
            read(text, greeting)


def test_a_sentence_is_shown_without_spaces_before_marks_and_cut() -> None:
    assert join_sentence(("hello", ",", "{name}", "!")) == "hello, {name}!"
    assert len(join_sentence(("word",) * 100)) == 120
