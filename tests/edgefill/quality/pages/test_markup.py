"""HTML is escaped unless it is Markup."""

from __future__ import annotations

from edgefill.quality.pages.markup import (
    NO_FIGURE,
    build_legend,
    build_table,
    format_number,
    format_share,
    wrap,
    write_prose,
)


def test_escapes_content_and_attributes() -> None:
    """A text is never an element, and never ends an attribute."""
    assert wrap("td", "<b>&", title='"><script>') == (
        '<td title="&quot;&gt;&lt;script&gt;">&lt;b&gt;&amp;</td>'
    )


def test_nests_elements() -> None:
    """Elements stay elements in tables, legends and prose."""
    assert "<td><b>1</b></td><td>&lt;2&gt;</td>" in build_table(("a", "b"), [(wrap("b", 1), "<2>")])
    assert '<i class="held"></i>held' in build_legend([("held", "held")])
    assert write_prose("run `edgefill <x>`") == "run <code>edgefill &lt;x&gt;</code>"


def test_formats_figures_that_do_not_exist() -> None:
    """A dash stands for a figure of nothing."""
    assert format_share(1, 4) == "25%"
    assert format_number(1234.5, 1) == "1,234.5"
    assert {format_share(0, 0), format_share(None), format_number(None)} == {NO_FIGURE}
