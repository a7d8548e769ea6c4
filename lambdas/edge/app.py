"""Answer one request, or pass it on as a miss.

1. Read method, path, query and profile token (`origin_request.py`, `edgefill/visit`).
2. A free question goes to `question_handler.py`.
3. Find the pack of the visitor's channel and locale (`template_resolver.py`).
4. Resolve the key and the values (`edgefill/visit/resolve.py`), find the program, fill it
   (`page.py`).
"""

from __future__ import annotations

from edgefill.core.answer import Answer
from edgefill.core.errors import RequestRefused, StoreError, StoreUnavailable
from edgefill.core.problem import build_problem
from edgefill.visit.page_request import read_page_request
from edgefill.visit.resolve import resolve_visit
from lambdas.edge.origin_request import parse_experience
from lambdas.edge.page import EdgeMiss, Page
from lambdas.edge.telemetry import Stopwatch, describe_failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from edgefill.identity.trust import Trust
    from lambdas.edge.origin_request import OriginRequest
    from lambdas.edge.question_handler import QuestionHandler
    from lambdas.edge.telemetry import Log
    from lambdas.edge.template_resolver import TemplateResolver


class EdgeApp:
    """Serves requests one after another; state shared between them lives in the object cache."""

    def __init__(
        self,
        *,
        trust: Trust,
        resolver: TemplateResolver,
        make_question_handler: Callable[[], QuestionHandler],
        clock: Callable[[], float],
        tick: Callable[[], float],
        log: Log,
    ) -> None:
        """`clock` is seconds since the epoch, `tick` a monotonic clock in seconds."""
        self._trust = trust
        self._resolver = resolver
        self._make_question_handler = make_question_handler
        self._clock = clock
        self._tick = tick
        self._log = log

    def serve(self, request: OriginRequest, *, api_down: bool = False) -> Answer | EdgeMiss:
        """An answer, or a miss for the API; always an answer when the API is down."""
        outcome = self._answer_or_miss(request)
        if isinstance(outcome, Answer) or not api_down:
            return outcome
        fallback = outcome.page and outcome.page.render_fallback("api", Stopwatch(self._tick))
        error = StoreUnavailable("neither the store nor the API answers; ask again soon")
        return fallback or build_problem(error)

    def _answer_or_miss(self, request: OriginRequest) -> Answer | EdgeMiss:
        try:
            return self._answer(request)
        except RequestRefused as refusal:
            return build_problem(refusal)
        except StoreError as error:
            self._log({"event": "no-pack", "error": type(error).__name__})
            return EdgeMiss()
        except Exception as error:  # a defect of this code: the API may still answer
            self._log(describe_failure(error))
            return EdgeMiss()

    def _answer(self, origin_request: OriginRequest) -> Answer | EdgeMiss:
        watch = Stopwatch(self._tick)
        request = read_page_request(
            parse_experience(origin_request),
            query=origin_request.query,
            tokens=origin_request.tokens,
            accept_language=origin_request.accept_language,
            trust=self._trust,
            now=self._clock(),
        )
        watch.lap("token")
        if request.question is not None:
            return self._make_question_handler().answer(request, request.question, watch)
        pack = self._resolver.find_pack(request)
        watch.lap("pack")
        visit = resolve_visit(request, pack.experience, pack.locale)
        watch.lap("values")
        page = Page(pack=pack, request=request, visit=visit)
        program = self._resolver.find_program(pack, visit.key)
        watch.lap("key")
        answer = program and page.render_hit(program, watch=watch, log=self._log)
        return answer or EdgeMiss(key=visit.key, page=page)
