"""The size of a generated response, and the headers of a miss.

`test_handler.py` tests pages in whole answers.
"""

from edgefill.core.answer import Answer
from edgefill.core.keys import Key
from lambdas.edge.page import EdgeMiss, measure_response


def test_the_size_counts_bytes_and_headers() -> None:
    """UTF-8, with the colon, the space and the line's end."""
    assert measure_response(Answer(status=200, headers={"A": "b"}, body="ä")) == 6 + 2


def test_a_miss_has_headers_only_for_what_is_known() -> None:
    """A token that does not fit into a header is not forwarded."""
    key = Key(experience="sale", locale="en", case="any")
    assert EdgeMiss().to_headers(("\n",)) == {}
    assert EdgeMiss(key=key, route="route=exact").to_headers(("abc", "\n", "def")) == {
        "X-Edgefill-Key": "sale/en/any",
        "X-Edgefill-Route": "route=exact",
        "X-Edgefill-Profile": "abc, def",
    }
