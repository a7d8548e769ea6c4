"""Every error that Edgefill raises, and the HTTP status that answers each.

EdgefillError
├── RequestRefused            the visitor's request is wrong
│   ├── UnknownExperience     no such experience in the catalogue
│   ├── BadLocale             the locale is not a language tag
│   ├── BadQuery              a query parameter is unknown, personal, repeated or too long
│   ├── MethodRefused         only GET and HEAD are served
│   └── TokenRefused          the profile token does not verify
├── SlotValueRefused          a value does not fit its slot (the slot's default is used)
├── CatalogueRefused          the catalogue's files contradict themselves
├── InputRefused              a file or option given to a command cannot be used
├── TemplateRefused           a template breaks the language, the escaping rules or the lint
├── NotPublishable            the judge did not pass a text
├── StoreError
│   ├── StoreUnavailable      the store did not answer
│   ├── NotStored             no such object
│   ├── ObjectCorrupt         an object does not hold what its layout promises
│   ├── ObjectRefused         an object breaks the CDN's limits and is not written
│   └── StoreConflict         another writer changed the object first
└── GenerationError
    ├── EngineBusy            the queue is full
    ├── EngineUnavailable     the GPU service is down or cold
    ├── EngineTimeout         no answer within the deadline
    ├── InvalidEngineOutput   the answer is not a template
    ├── WriterAbstained       the writer says that it cannot answer the question
    ├── JudgeUnavailable      the judge did not answer, so no text can pass
    ├── SourceMissing         a derived text has no accepted text to be made from yet
    └── BudgetExhausted       the key, the principal or the day has used its allowance
"""

from __future__ import annotations


class EdgefillError(Exception):
    """Root of the tree; `str()` of any of these errors can be shown to a person."""


class RequestRefused(EdgefillError):
    """The visitor's request is wrong."""


class UnknownExperience(RequestRefused):
    """No such experience in the catalogue."""


class BadLocale(RequestRefused):
    """The locale is not a language tag."""


class BadQuery(RequestRefused):
    """A query parameter is unknown, personal, repeated or too long."""


class MethodRefused(RequestRefused):
    """Only GET and HEAD are served."""


class TokenRefused(RequestRefused):
    """The profile token does not verify; `reason` is a slug without any part of the token."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"profile token refused: {reason.replace('-', ' ')}")
        self.reason = reason


class SlotValueRefused(EdgefillError):
    """A value does not fit its slot; holds the slot's name and a reason, never the value."""

    def __init__(self, slot: str, reason: str) -> None:
        super().__init__(f"slot {slot!r}: {reason}")
        self.slot = slot
        self.reason = reason


class CatalogueRefused(EdgefillError):
    """The catalogue's files contradict themselves; the text names file, line and field."""


class InputRefused(EdgefillError):
    """A file or option given to a command cannot be used; the text names it and its line."""


class TemplateRefused(EdgefillError):
    """A template breaks the language, the escaping rules or the lint.

    `line` and `column` count from 1; `remedy` says what to write instead.
    """

    def __init__(
        self, *, template: str, line: int, column: int, reason: str, remedy: str, rule: str
    ) -> None:
        super().__init__(f"{template}:{line}:{column}: {reason} [{rule}]; {remedy}")
        self.template = template
        self.line = line
        self.column = column
        self.reason = reason
        self.remedy = remedy
        self.rule = rule


class NotPublishable(EdgefillError):
    """The judge did not pass a text; `is_held` if it could not score it: a person has to."""

    def __init__(self, message: str, *, is_held: bool = False) -> None:
        super().__init__(message)
        self.is_held = is_held


class StoreError(EdgefillError):
    """The store failed."""


class StoreUnavailable(StoreError):
    """The store did not answer."""


class NotStored(StoreError):
    """No such object."""


class ObjectCorrupt(StoreError):
    """An object does not hold what its layout promises."""


class ObjectRefused(StoreError):
    """An object breaks the CDN's limits and is not written."""


class StoreConflict(StoreError):
    """Another writer changed the object first."""


class GenerationError(EdgefillError):
    """No template could be generated."""


class EngineBusy(GenerationError):
    """The queue is full; `retry_after` is in whole seconds."""

    def __init__(self, message: str, *, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class EngineUnavailable(GenerationError):
    """The GPU service is down, or `cold` and coming up; `retry_after` is in whole seconds.

    `permanent`: it refuses such requests until somebody corrects the configuration.
    """

    def __init__(
        self,
        message: str,
        *,
        retry_after: int = 1,
        cold: bool = False,
        permanent: bool = False,
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.cold = cold
        self.permanent = permanent


class EngineTimeout(GenerationError):
    """No answer within the deadline."""


class InvalidEngineOutput(GenerationError):
    """The answer is not a template."""


class WriterAbstained(GenerationError):
    """The writer says that it cannot answer the question; another attempt would not help."""


class JudgeUnavailable(GenerationError):
    """The judge did not answer, so no text can pass; `retry_after` is in whole seconds.

    `permanent` as in EngineUnavailable.
    """

    def __init__(self, message: str, *, retry_after: int = 10, permanent: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.permanent = permanent


class SourceMissing(GenerationError):
    """A derived text has no accepted text to be made from yet; `source` is that text's key."""

    def __init__(self, message: str, *, source: str = "") -> None:
        super().__init__(message)
        self.source = source


class BudgetExhausted(GenerationError):
    """The key, principal or day has used its allowance; `retry_after` is in whole seconds."""

    def __init__(self, message: str, *, allowance: str = "", retry_after: int = 1) -> None:
        super().__init__(message)
        self.allowance = allowance
        self.retry_after = retry_after


STATUS: dict[type[EdgefillError], int] = {
    EdgefillError: 500,
    RequestRefused: 400,
    UnknownExperience: 404,
    BadLocale: 400,
    BadQuery: 400,
    MethodRefused: 405,
    TokenRefused: 401,
    SlotValueRefused: 422,
    CatalogueRefused: 422,
    InputRefused: 422,
    TemplateRefused: 422,
    NotPublishable: 422,
    StoreError: 503,
    StoreUnavailable: 503,
    NotStored: 404,
    ObjectCorrupt: 502,
    ObjectRefused: 422,
    StoreConflict: 409,
    GenerationError: 503,
    EngineBusy: 429,
    EngineUnavailable: 503,
    EngineTimeout: 504,
    InvalidEngineOutput: 502,
    WriterAbstained: 503,
    JudgeUnavailable: 503,
    SourceMissing: 503,
    BudgetExhausted: 429,
}


def get_status(error: EdgefillError) -> int:
    """The HTTP status that answers `error`."""
    return STATUS[type(error)]
