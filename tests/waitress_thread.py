"""Waitress in a thread of the test, which ends as soon as it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from waitress import wasyncore


@contextmanager
def running(server: Any) -> Iterator[None]:
    """The server (one of `webapp.serving.open_server`, on one address) answers meanwhile.

    Its loop sleeps for a second between two looks: so it closes everything itself, woken up for that. Else each test
    with a server waits for the rest of that second, and for connections that a browser keeps open.
    """
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield
    server.task_dispatcher.shutdown()
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
    thread.join(5)
    assert not thread.is_alive()
