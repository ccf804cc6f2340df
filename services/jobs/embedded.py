"""One worker process beside the service, started when it is first needed and again whenever it died."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping

CHECK_SECONDS = 1.0
GRACE_SECONDS = 5.0


class Elsewhere:
    """Stands for workers that others keep alive."""

    def wake(self) -> None:
        """Do nothing: they look for work themselves."""

    def expect(self) -> None:
        """Do nothing: they are there."""

    def close(self) -> None:
        """Do nothing: they go on."""


class Embedded:
    """Keeps one worker alive from the first order, or from when one is expected, until it is closed."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = threading.Event()
        self._watch: threading.Thread | None = None

    def wake(self) -> None:
        """Start the worker if it is not there: there is work."""
        if self._watch is None and not self._closed.is_set():
            self._watch = threading.Thread(target=self._keep, daemon=True)
            self._watch.start()

    def expect(self) -> None:
        """Start the worker before there is work: somebody is about to order some."""
        self.wake()

    @property
    def pid(self) -> int | None:
        """Process id of the worker, while there is one."""
        return None if self._process is None else self._process.pid

    def close(self) -> None:
        """End the worker; what it was doing is taken up by the next."""
        self._closed.set()
        if self._watch is not None:
            self._watch.join()
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _keep(self) -> None:
        while not self._closed.is_set():
            if self._process is None or self._process.poll() is not None:
                self._process = start_worker(self._environment)
            self._closed.wait(CHECK_SECONDS)


def start_worker(environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a worker that ends when this process does; ``environment`` says which store it works for."""
    command = [sys.executable, "-m", "services.cli", "worker", "--parent", str(os.getpid())]
    return subprocess.Popen(command, env=os.environ | dict(environment))  # noqa: S603 - this program itself
