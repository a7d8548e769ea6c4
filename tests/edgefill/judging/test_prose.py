import pytest

from edgefill.compiler.lint.readings import MAX_READINGS
from edgefill.core.errors import TemplateRefused
from edgefill.core.experience import Experience
from edgefill.core.slots import Slot
from edgefill.core.value import replace
from edgefill.judging.prose import Prose, join_sentence, read_prose


def read(text: str, experience: Experience) -> Prose:
    return read_prose(text, experience=experience, locale="en")


def test_sentences_are_read_with_and_without_their_optional_parts(greeting: Experience) -> None:
    prose = read("Hello{% if day is defined %} until {{ day | date }}{% endif %}.", greeting)
    assert prose.paths == ((("hello", "until", "{day}", "."),), (("hello", "."),))
    assert prose.sentences == (("hello", "until", "{day}", "."), ("hello", "."))


def test_a_loop_is_read_with_one_item(greeting: Experience) -> None:
    prose = read("{% for i in picks %}<p>{{ i.title }}</p>{% endfor %}", greeting)
    assert prose.paths == ((("{title}",),),)


@pytest.mark.parametrize(
    "text",
    [
        "Yours: {{ tags | join(', ') }}.",
        "Yours: {% for i in tags %}{{ i }}{% if not loop.last %}, {% endif %}{% endfor %}.",
    ],
)
def test_a_list_reads_alike_joined_and_in_a_loop(greeting: Experience, text: str) -> None:
    tags = Slot(name="tags", type="list", max_items=3, item=(Slot(name="", type="text"),))
    prose = read(text, replace(greeting, slots=(*greeting.slots, tags)))
    assert prose.sentences == (("yours", ":", "{item}", "."),)


def test_a_url_before_a_capital_letter_ends_a_sentence(greeting: Experience) -> None:
    page = replace(greeting, slots=(Slot(name="page", type="url"),), format="text")
    prose = read("See {{ page }} Bye", page)
    assert prose.sentences == (("see", "{page}"), ("bye",))
    assert read("See {{ page }} now", page).sentences == (("see", "{page}", "now"),)


def test_blocks_end_sentences_and_inline_tags_do_not(greeting: Experience) -> None:
    prose = read("<h2>Good <b>day</b></h2><p>Tern &amp; Tide</p>", greeting)
    assert prose.sentences == (("good", "day"), ("tern", "&", "Tide"))


def test_a_text_ends_sentences_at_line_ends(greeting: Experience) -> None:
    prose = read("Dear {{ name }}\nIt is late. Sorry!", replace(greeting, format="text"))
    assert prose.sentences == (("dear", "{name}"), ("it", "is", "late", "."), ("sorry", "!"))


def test_each_member_of_a_json_text_is_a_block(greeting: Experience) -> None:
    prose = read('{"a": "Hi", "b": "Bye {{ name }}"}', replace(greeting, format="json"))
    assert prose.sentences == (("hi",), ("bye", "{name}"))


def test_a_json_text_without_strings_says_nothing(greeting: Experience) -> None:
    assert read('{"a": Hi', replace(greeting, format="json")).sentences == ()


def test_a_filtered_slot_is_one_token(greeting: Experience) -> None:
    assert read("{{ name | default('x') | upper }}", greeting).sentences == (("{name}",),)


def test_the_paths_that_are_read_are_bounded(greeting: Experience) -> None:
    ifs = "".join(f"{{% if name == '{i}' %}}a{i} {{% endif %}}" for i in range(9))
    assert 1 < len(read(ifs, greeting).paths) <= MAX_READINGS


def test_a_broken_template_is_refused(greeting: Experience) -> None:
    for text in ("{% if %}", "{{ nobody }}"):
        with pytest.raises(TemplateRefused):
            read(text, greeting)


def test_a_sentence_is_shown_without_spaces_before_marks_and_cut() -> None:
    assert join_sentence(("hello", ",", "{name}", "!")) == "hello, {name}!"
    assert len(join_sentence(("word",) * 100)) == 120
