"""What a file was refused for, in the reader's language: the element and the reason, on the page or as JSON."""

from __future__ import annotations

from flask import Blueprint, Response

from webapp.errors import answer, template_of
from webapp.refusal_words import finding_in_words
from webapp.studio.bundle import FileRefused
from webapp.words import _

__all__ = ["explain"]

SHOWN = 5


def explain(blueprint: Blueprint) -> None:
    """Lets the pages of this blueprint say why a file was refused."""
    blueprint.register_error_handler(FileRefused, _refused)


def _refused(error: FileRefused) -> Response:
    said = " ".join(finding_in_words(finding) for finding in error.findings[:SHOWN])
    words = _(template_of(FileRefused)).format(name=error.params["name"], summary=said)
    return answer(422, detail=words, code=error.code)
