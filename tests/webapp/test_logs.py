"""The log: a JSON object a line in production, with ids, and without what people wrote."""

from __future__ import annotations

import json
import logging
import sys
from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask

from engine.errors import WorkFailed
from webapp.logs import JsonLines, TextLines, write_logs
from webapp.settings import Settings

PRIVATE = "marie.durand@example.org"


def raised(error: Exception) -> logging.LogRecord:
    """The record of a logged exception that has a cause."""
    try:
        try:
            raise KeyError(PRIVATE)
        except KeyError as cause:
            raise error from cause
    except type(error):
        return logging.getLogger("x").makeRecord("x", logging.ERROR, "f", 1, "job %s failed", ("7",), _info())


def _info() -> object:
    return sys.exc_info()


@pytest.mark.parametrize("lines", [TextLines, JsonLines])
def test_texts_of_foreign_errors_are_left_out(lines: type[TextLines]) -> None:
    record = raised(ValueError(f"Key (email)=({PRIVATE}) already exists"))
    record.request_id = "-"
    said = lines(discreet=True).format(record)
    assert PRIVATE not in said
    assert "builtins.ValueError" in said
    assert "builtins.KeyError" in said
    assert "test_logs.py" in said
    assert PRIVATE in lines(discreet=False).format(record).replace("\\", "")


def test_our_own_errors_say_what_they_say() -> None:
    record = raised(WorkFailed("the mail server did not answer"))
    assert "the mail server did not answer" in JsonLines(discreet=True).format(record)


def test_a_line_names_request_and_case(
    production: Settings, app: Flask, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", list(root.handlers))
    monkeypatch.setattr(root, "level", root.level)
    write_logs(replace(production, log_format="json"))
    case = uuid4()
    with app.test_request_context(f"/cases/{case}?q=durand"):
        app.preprocess_request = lambda: None  # type: ignore[method-assign]
        logging.getLogger("amicale.test").warning("looked at")
    logging.getLogger("amicale.test").warning("a job failed", extra={"case": "c-1"})
    inside, outside = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert inside["case"] == str(case)
    assert outside == {**outside, "case": "c-1", "level": "WARNING", "message": "a job failed"}
    assert "durand" not in json.dumps(inside)


def test_the_format_follows_production(production: Settings, settings: Settings) -> None:
    assert replace(production, log_format="").completed().log_format == "json"
    assert replace(settings, log_format="").completed().log_format == "text"
