"""Ports for the servers of the tests, and how soon these stop."""

from __future__ import annotations

import random
import socket
from contextlib import suppress
from typing import Final

# Below what Linux gives to outgoing connections (32768 and up): a server that dies finds its port free when it is back.
PORTS: Final = range(20_000, 32_000)
# Seconds between two looks of a server of the standard library whether it is to stop. Where nothing is said it looks
# twice a second: every test that uses one would wait so long for its end.
QUICK: Final = 0.01


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens. Raises OSError where all of PORTS are taken."""
    for port in random.SystemRandom().sample(PORTS, len(PORTS)):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise OSError(f"no port of {PORTS} is free")
