"""The options: what cannot be is refused by the name of its option."""

from pathlib import Path

import pytest

from cloudfront_emulator.options import parse_options


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--port", "99999", "'99999' is not a number from 1 to 65535"),
        ("--control", "no", "'no' is not a number from 1 to 65535"),
        ("--pops", "65", "'65' is not a number from 1 to 64"),
        ("--map", "site", "'site' is not NAME=VALUE"),
        ("--bundle", "=x", "'=x' is not NAME=VALUE"),
        ("--aws-endpoint", "localhost:5000", "'localhost:5000' is not http://HOST:PORT"),
        ("--country", "us\r\n", "is not a country code such as US"),
        ("--library", "/nowhere", "'/nowhere' is not a folder"),
        ("--profile", "old", "invalid choice: 'old'"),
    ],
)
def test_an_invalid_value_is_refused(
    capsys: pytest.CaptureFixture[str], option: str, value: str, says: str
) -> None:
    """A usage message, the problem, and exit status 2."""
    with pytest.raises(SystemExit) as exit_info:
        parse_options(["--template", "x", option, value], about=None)
    assert exit_info.value.code == 2
    message = capsys.readouterr().err
    assert f"argument {option}" in message
    assert says in message


def test_lists_grow_with_each_option(tmp_path: Path) -> None:
    """Origins, bundles and libraries are named one by one."""
    words = ["--map", "a=http://x?=1", "--map", "b=http://y", "--library", str(tmp_path)]
    options = parse_options(["--template", "x", *words], about=None)
    assert options.map == [("a", "http://x?=1"), ("b", "http://y")]
    assert options.library == [tmp_path]
