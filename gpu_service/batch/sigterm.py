"""Ending: SIGTERM, as a Spot machine that is taken back sends it two minutes ahead.

docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
"""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType

STATUS = 128 + signal.SIGTERM
GRACE_S = 5.0  # what the model may take to go, then it is left as it is


class Ending:
    """From `watch` on SIGTERM ends the process: SystemExit where it is, whatever hangs later."""

    def __init__(self) -> None:
        self.begun = False

    def watch(self) -> None:
        """Take the signal; in the main thread alone."""
        signal.signal(signal.SIGTERM, self._end)

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        if self.begun:
            return
        self.begun = True
        limit = threading.Timer(GRACE_S, os._exit, [STATUS])
        limit.daemon = True
        limit.start()
        raise SystemExit(STATUS)
