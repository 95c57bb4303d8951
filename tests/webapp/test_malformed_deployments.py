"""Corpora B and D by the two ways in beside the studio: a program's deployment and the command line's."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.engine import Engine
from tests.security.corpora import FILES
from tests.security.test_definitions import DECISIONS, FORMS, GOOD, rows
from tests.webapp.test_api import Program, program
from webapp.api import tokens
from webapp.cli import main

__all__ = ["program"]
MALFORMED = [
    *((title, "b.bpmn", body) for title, (_code, body) in FILES.items()),
    *((title, "b.dmn", body) for title, body in DECISIONS.items()),
    *((title, "b.form", body) for title, body in FORMS.items()),
]
NAMES = ["../../evil.bpmn", "/etc/evil.bpmn", "..\\evil.bpmn", "run.sh", "x" * 190 + ".bpmn", "a\x00.bpmn", ".bpmn", ""]
OTHER = GOOD.decode().replace("companion", "other")
FRENCH = "Le déploiement a été refusé, rien n’a été modifié"


def test_malformed_files_are_not_deployed_by_a_program_or_a_command(
    program: Program, web_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside a good diagram: refused with file or element and reason in the reader's language, and nothing is kept."""
    caller = program("ADMIN", scopes=tokens.SCOPES)
    monkeypatch.setenv("AMICALE_DATABASE_URL", web_engine.database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("AMICALE_VAR_DIRECTORY", str(tmp_path / "var"))
    monkeypatch.setenv("COLUMNS", "200")
    before = rows(web_engine)
    (tmp_path / "a.bpmn").write_bytes(GOOD)
    for title, name, body in MALFORMED:
        text = body.decode("utf-8", "replace")
        answer = caller.client.post("/api/v1/deployments", headers=caller.headers, json=sent({name: text}))
        assert answer.status_code == (413 if len(text) > 1_000_000 else 422), title
        if answer.status_code == 422:
            told = [each for each in answer.json["findings"] if each["severity"] == "error"]
            assert all(each["element"] or name in each["message"] for each in told), (title, told)
            assert answer.json["message"].startswith(FRENCH) and told[0]["message"] in answer.json["message"], title
        (tmp_path / name).write_bytes(body)
        said = CliRunner().invoke(main, ["deploy", str(tmp_path), "--language", "fr"])
        (tmp_path / name).unlink()
        assert said.exit_code == 1 and isinstance(said.exception, SystemExit), title
        assert said.output.startswith(FRENCH) and (name in said.output or "erreur [" in said.output), title
        assert rows(web_engine) == before, title
    for name in NAMES:
        answer = caller.client.post("/api/v1/deployments", headers=caller.headers, json=sent({name: OTHER}))
        assert answer.status_code == 422, (name, answer.json)
        assert rows(web_engine) == before, name


def sent(files: dict[str, str]) -> dict[str, object]:
    """What a program sends: these files beside a good one."""
    return {"files": {"a.bpmn": GOOD.decode(), **files}, "reason": "Corpus B"}
