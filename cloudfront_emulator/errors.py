"""The errors of the emulator: what the command prints as one line.

EmulatorError
    InputRefused: an option, a fault or an invalidation that cannot be used
"""


class EmulatorError(Exception):
    """Something that a person can mend; the text says what, where and how."""


class InputRefused(EmulatorError):
    """What was asked cannot be done; the text names the input."""
