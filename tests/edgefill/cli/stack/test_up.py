"""What `edgefill up` says before it starts; tests/flow/test_up.py runs it."""

from edgefill.cli.stack.up import describe_limits


def test_the_limits_are_named_with_the_way_to_lift_them() -> None:
    """Otherwise a fallback with reason=budget on one's own machine is a riddle."""
    line = describe_limits(ample=False)
    assert "60 generations" in line
    assert "30 free questions" in line
    assert "--ample-limits" in line


def test_ample_limits_are_named_too() -> None:
    """Whoever measures should know that a deployment would have refused."""
    assert "--ample-limits" in describe_limits(ample=True)
