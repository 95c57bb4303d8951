"""A command that is known by name and by a sentence, and loaded when somebody asks for it."""

from __future__ import annotations

import importlib
from functools import cached_property
from typing import Any

import click

__all__ = ["Later"]


class Later(click.Command):
    """Stands in the list of commands for the one at `place` ("module:name"), which needs much of the product.

    Loading all of them costs three seconds, which whoever asks for help or for one of them need not wait for.
    """

    def __init__(self, name: str, place: str, sentence: str, *, hidden: bool = False) -> None:
        super().__init__(name, short_help=sentence, hidden=hidden)
        self.place = place

    @cached_property
    def command(self) -> click.Command:
        """The command itself."""
        module, name = self.place.split(":")
        found: click.Command = getattr(importlib.import_module(module), name)
        return found

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """That of the command itself: from here on click has to do with it alone."""
        return self.command.make_context(info_name, args, parent, **extra)
