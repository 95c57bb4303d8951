"""How the command line speaks: rich on a terminal, plain text elsewhere."""

from __future__ import annotations

from rich.console import Console

from engine.errors import AmicaleError


def console(*, stderr: bool = False) -> Console:
    """Where a command prints."""
    return Console(stderr=stderr, highlight=False, soft_wrap=True)


def worded(error: AmicaleError) -> str:
    """The error's message, and its findings where it has some, one a line."""
    findings = getattr(error, "findings", ())
    return "\n".join([error.message, *(f"  {finding}" for finding in findings)])
