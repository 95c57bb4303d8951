"""A mail of a diagram names a text that there is: it is told before a case comes to it."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.engine import Engine
from engine.transaction import reading
from webapp.studio import checks
from workflows.catalogue import definitions

PROCESS = "membership_application"
DIAGRAM = f"{PROCESS}.bpmn"
TEXT = b'<zeebe:header key="template" value="confirm_email_reminder" />'


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (b"", "ce courriel n’a pas de texte"),
        (TEXT.replace(b"reminder", b"remindr"), "il n’y a pas de texte de courriel « confirm_email_remindr »"),
        (TEXT, None),
    ],
)
def test_a_mail_without_a_text_keeps_a_draft_out(
    app: Flask, web_engine: Engine, header: bytes, said: str | None
) -> None:
    files = dict(definitions()[PROCESS])
    assert files[DIAGRAM].count(TEXT) == 1
    files[DIAGRAM] = files[DIAGRAM].replace(TEXT, header)
    with reading(web_engine) as session, app.test_request_context(headers={"Accept-Language": "fr"}):
        found = checks.in_words(checks.findings(session, web_engine, PROCESS, files), files, "fr")
    told = [each.text.replace("\u00a0", " ") for each in found if each.code.startswith("mail_text")]
    assert [each.severity for each in found if each.code.startswith("mail_text")] == (["error"] if said else [])
    assert len(told) == (said is not None) and all(str(said) in each for each in told)
