"""Who keeps the accounts of one legal person, and how their pages answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import flash, redirect, session, url_for
from flask.typing import ResponseReturnValue

from engine.errors import Invalid
from webapp.errors import in_words

__all__ = ["Desk", "back", "said_in_place"]


@dataclass(frozen=True, slots=True)
class Desk:
    """Who keeps the accounts of one legal person: the blueprint of their page, where it stands, their roles."""

    entity: str
    name: str
    prefix: str
    roles: tuple[str, ...]


@contextmanager
def said_in_place() -> Iterator[None]:
    """What is refused is said on the page itself: nothing was booked, and the person goes on from there."""
    try:
        yield
    except Invalid as error:
        session.pop("_flashes", None)  # what was said before the refusal did not happen
        flash(in_words(error), "error")


def back(desk: Desk) -> ResponseReturnValue:
    """To the desk's page."""
    return redirect(url_for(f"{desk.name}.bank"), 303)
