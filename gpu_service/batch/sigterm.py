"""Handle SIGTERM, which AWS sends a Spot machine two minutes before it takes the machine back.

docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
"""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType

STATUS = 128 + signal.SIGTERM
GRACE_S = 5.0  # how long the model may take to stop; then the process exits anyway


class SigtermHandler:
    """Once installed, SIGTERM raises SystemExit and ends the process within `GRACE_S`."""

    def __init__(self) -> None:
        self.was_received = False

    def install(self) -> None:
        """Install the handler; only the main thread may call this."""
        signal.signal(signal.SIGTERM, self._handle)

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        if self.was_received:
            return
        self.was_received = True
        limit = threading.Timer(GRACE_S, os._exit, [STATUS])
        limit.daemon = True
        limit.start()
        raise SystemExit(STATUS)
