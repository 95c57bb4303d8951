"""The command line: each command explains itself, says errors in a sentence, and does what it says."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.transaction import reading
from tests.fixtures.diagrams import ONE_TASK
from tests.fixtures.staff import add_person
from webapp import definitions, demonstration
from webapp.accounts import passwords
from webapp.assembly import open_engine
from webapp.cli import main
from webapp.cli.later import Later
from webapp.settings import Settings

Amicale = Callable[..., Result]


@pytest.fixture
def amicale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Amicale:
    """Runs a command in a folder of the test's own."""
    monkeypatch.setenv("AMICALE_VAR_DIRECTORY", str(tmp_path / "var"))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str, said: str = "") -> Result:
        return CliRunner().invoke(main, arguments, input=said)

    return run


@pytest.fixture
def migrated(migrated_sqlite: Path, tmp_path: Path) -> Path:
    """The database of the commands, with every table: `migrate` takes a second."""
    (tmp_path / "var").mkdir()
    return Path(shutil.copyfile(migrated_sqlite, tmp_path / "var" / "amicale.db"))


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_explains_itself(amicale: Amicale, command: str) -> None:
    answer = amicale(command, "--help")
    assert answer.exit_code == 0
    listed = main.commands[command]
    assert isinstance(listed, Later)
    explained = " ".join((listed.command.help or "").split("\f")[0].split())
    assert len(explained) > 80, "what it does, what it changes"
    assert explained.startswith((listed.short_help or "nothing").rstrip(".")), "the list says its first sentence"
    assert (listed.command.name, listed.command.hidden) == (command, listed.hidden)
    for option in listed.command.params:
        assert getattr(option, "help", "argument") or option.param_type_name == "argument", option.name


def test_the_help_names_every_command(amicale: Amicale) -> None:
    shown = amicale("--help").output
    assert [name for name, command in main.commands.items() if not command.hidden and f"  {name} " not in shown] == []


def test_settings_are_listed_and_secrets_are_not(amicale: Amicale, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMICALE_SMTP_PASSWORD", "hush-hush")
    answer = amicale("settings")
    assert answer.exit_code == 0
    assert "AMICALE_DATABASE_URL" in answer.output
    assert "hush-hush" not in answer.output


def test_a_wrong_setting_is_a_sentence(amicale: Amicale, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMICALE_LISTEN_PORT", "http")
    answer = amicale("settings")
    assert answer.exit_code == 1
    assert "The setting AMICALE_LISTEN_PORT cannot be used" in answer.output
    assert "Traceback" not in answer.output


def test_migrate_makes_the_tables_once(amicale: Amicale) -> None:
    assert amicale("migrate", "--check").exit_code == 1
    first, second = (amicale("migrate").output for _ in range(2))
    assert "now at revision" in first and "to the parameter tables" in first
    assert "already at revision" in second and "to the parameter tables" not in second
    assert amicale("migrate", "--check").exit_code == 0


@pytest.mark.usefixtures("migrated")
def test_deploying_the_same_again_changes_nothing(amicale: Amicale) -> None:
    first, second = amicale("deploy"), amicale("deploy")
    assert (first.exit_code, second.exit_code) == (0, 0), first.output
    assert "membership_application" in first.output
    assert "new" in first.output
    assert "unchanged" in second.output


def test_our_own_processes_pass_the_check(amicale: Amicale) -> None:
    answer = amicale("check", "--json")
    results = [json.loads(line) for line in answer.output.splitlines()]
    assert {Path(result["file"]).suffix for result in results} == {".bpmn", ".dmn", ".form"}
    assert [result for result in results if result["findings"]] == []
    assert answer.exit_code == 0


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [("a.bpmn", b"<not-xml", None), ("b.dmn", b"<definitions/>", None), ("c.form", b"{", None),
     ("d.form", b'{"id": "d", "components": [{"type": "hologram", "key": "x", "id": "x"}]}', None),
     ("e.bpmn", b"\x89PNG\r\n\x1a\n", None)],
)  # fmt: skip
def test_what_is_broken_is_refused_with_a_reason(
    amicale: Amicale, tmp_path: Path, name: str, body: bytes, code: str | None
) -> None:
    (tmp_path / name).write_bytes(body)
    answer = amicale("check", "--json", str(tmp_path / name))
    result = json.loads(answer.output)
    assert answer.exit_code == 1
    assert not result["ok"]
    assert set(result["findings"][0]) == {"severity", "element", "code", "message"}
    assert result["findings"][0]["message"]


@pytest.mark.parametrize(("language", "said"), [("fr", "est inconnu"), ("en", "unknown type")])
def test_findings_are_said_in_the_language(amicale: Amicale, tmp_path: Path, language: str, said: str) -> None:
    (tmp_path / "d.form").write_bytes(b'{"id": "d", "components": [{"type": "hologram", "key": "x", "id": "x"}]}')
    answer = amicale("check", "--language", language, str(tmp_path / "d.form"))
    assert answer.exit_code == 1
    assert said in answer.output
    assert ("erreur" in answer.output) == (language == "fr")


SPOILED = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" isExecutable="true">
<startEvent id="s"/><exclusiveGateway id="x"/><parallelGateway id="j"/><endEvent id="e"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="x"/><sequenceFlow id="f2" sourceRef="x" targetRef="j"/>
<sequenceFlow id="f3" sourceRef="x" targetRef="j"><conditionExpression>n > 1</conditionExpression></sequenceFlow>
<sequenceFlow id="f4" sourceRef="j" targetRef="e"/></process></definitions>"""


def test_a_deadlock_is_refused_with_its_path(amicale: Amicale, tmp_path: Path) -> None:
    (tmp_path / "stuck.bpmn").write_text(SPOILED)
    answer = amicale("check", "--json", str(tmp_path))
    [result] = [json.loads(line) for line in answer.output.splitlines()]
    codes = {(finding["severity"], finding["code"], finding["element"]) for finding in result["findings"]}
    assert {("error", "deadlock", "j"), ("error", "element_dead", "j"), ("warning", "variable_unwritten", "x")} <= codes
    assert answer.exit_code == 1
    shown = amicale("check", "--language", "fr", str(tmp_path))
    assert "s → x" in shown.output
    assert "1 fichier" in shown.output.splitlines()[-1]
    assert "refusé" in shown.output.splitlines()[-1]


TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d" namespace="urn:d">
<decision id="fee" name="fee"><literalExpression><text>1</text></literalExpression></decision></definitions>"""
FORM = '{"type": "default", "id": "ask", "components": []}'


@pytest.mark.parametrize(
    ("ending", "body", "id_"), [("bpmn", ONE_TASK.decode(), "one_task"), ("dmn", TABLE, "fee"), ("form", FORM, "ask")]
)  # fmt: skip
@pytest.mark.usefixtures("migrated")
def test_an_id_in_two_files_is_told_as_a_deployment_refuses_it(
    amicale: Amicale, tmp_path: Path, ending: str, body: str, id_: str
) -> None:
    (tmp_path / f"a.{ending}").write_text(body)
    alone = amicale("check", "--json", str(tmp_path / f"a.{ending}"))
    assert "duplicate_id" not in alone.output
    (tmp_path / f"b.{ending}").write_text(body)
    answer = amicale("check", "--json", str(tmp_path))
    results = [json.loads(line) for line in answer.output.splitlines()]
    told = [[one["message"] for one in found["findings"] if one["code"] == "duplicate_id"] for found in results]
    assert [len(messages) for messages in told] == [1, 1]
    assert all(id_ in messages[0] for messages in told)
    assert answer.exit_code == 1
    assert amicale("deploy", str(tmp_path)).exit_code == 1


@pytest.mark.usefixtures("migrated")
def test_a_diagram_that_certainly_stands_still_is_not_deployed(amicale: Amicale, tmp_path: Path) -> None:
    (tmp_path / "stuck.bpmn").write_text(SPOILED)
    answer = amicale("deploy", str(tmp_path), "--language", "en")
    assert answer.exit_code == 1
    assert "waits for ever" in answer.output


@pytest.mark.usefixtures("migrated")
def test_what_is_deployed_is_checked(amicale: Amicale, tmp_path: Path) -> None:
    assert amicale("check", "--deployed").exit_code == 1  # nothing there
    amicale("deploy")
    answer = amicale("check", "--deployed", "--json")
    results = [json.loads(line) for line in answer.output.splitlines()]
    assert "membership_application@1/membership_application.bpmn" in {result["file"] for result in results}
    assert [result for result in results if result["findings"]] == []
    assert answer.exit_code == 0


@pytest.mark.usefixtures("migrated")
def test_a_broken_form_refuses_the_whole_deployment(amicale: Amicale, tmp_path: Path) -> None:
    folder = tmp_path / "membership_application"
    folder.mkdir()
    for file, body in definitions.resources(definitions.OWN / "membership_application").items():
        (folder / file).write_bytes(body if file != "join.form" else body.replace(b'"textfield"', b'"hologram"'))
    answer = amicale("deploy", str(folder))
    assert answer.exit_code == 1
    assert "join.form" in answer.output
    with open_engine(Settings.from_environment()) as engine, reading(engine) as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM deployment").scalar() == 0


def test_an_empty_folder_is_named(amicale: Amicale, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    answer = amicale("check", str(tmp_path / "nothing"))
    assert answer.exit_code == 1
    assert "no diagram" in answer.output


@pytest.mark.usefixtures("migrated")
def test_a_first_password(amicale: Amicale) -> None:
    with open_engine(Settings.from_environment()) as engine:
        add_person(engine, "Anna", "Berger", "MEMBERSHIP")
        assert amicale("password", "anna.berger@example.org", "--stdin", said="too short\n").exit_code == 1
        answer = amicale("password", "anna.berger@example.org", "--stdin", said="quatre mots sans rapport\n")
        assert answer.exit_code == 0, answer.output
        with reading(engine) as session:
            assert passwords.verify(session, "anna.berger@example.org", "quatre mots sans rapport") is not None
    assert amicale("password", "nobody@example.org", "--stdin", said="quatre mots\n").exit_code == 1


SHEET = """Nom;Prénom;Date de naissance;E-mail;Programme;Promotion
Durand;Chloé;03/05/1990;chloe.durand@example.org;PGE;2013
Martin;Paul;1988-11-30;paul.martin@example.org;PGE;2011
Petit;Anne;30/02/1990;anne.petit@example.org;PGE;2013
"""


def plain(said: str) -> str:
    """The text with its unbreakable blanks as plain ones."""
    return said.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.usefixtures("migrated")
def test_people_are_imported_looked_at_first_and_taken_back(amicale: Amicale, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(SHEET, encoding="cp1252")
    tried = amicale("import-people", str(file), "--dry-run")
    assert tried.exit_code == 1, tried.output
    assert "3 lignes : 2 nouvelles, 0 modifiées, 0 inchangées, 1 refusées" in plain(tried.output)
    assert "+ ligne 2 : Chloé Durand" in plain(tried.output)
    assert "ligne 4 : « 30/02/1990 » n’est pas une date" in plain(tried.output)
    assert amicale("import-people", "--list").output == ""
    done = amicale("import-people", str(file), "--rejected", str(tmp_path / "rejected.csv"))
    made = done.output.split("--undo ")[1].split()[0]
    assert "ligne;motif" in (tmp_path / "rejected.csv").read_text(encoding="utf-8-sig")
    assert "4;" in (tmp_path / "rejected.csv").read_text(encoding="utf-8-sig")
    assert "0 nouvelles, 0 modifiées, 2 inchangées" in amicale("import-people", str(file), "--dry-run").output
    assert "2 nouveautés, 0 modifications" in amicale("import-people", "--list").output
    assert amicale("import-people", "--undo", made).exit_code == 0
    assert "2 nouvelles" in amicale("import-people", str(file), "--dry-run").output


@pytest.mark.usefixtures("migrated")
def test_a_file_that_is_none_is_refused(amicale: Amicale, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(b"\x89PNG\r\n\x00\x00")
    answer = amicale("import-people", str(file))
    assert answer.exit_code == 1
    assert "This file is no text" in answer.output
    assert "Traceback" not in answer.output


def test_the_demonstration_fills_an_empty_database_once(amicale: Amicale) -> None:
    first = amicale("demo-data")
    assert first.exit_code == 0, first.output
    assert "2,000 graduates" in first.output
    again = amicale("demo-data")
    assert again.exit_code == 1
    assert "people in this database already" in again.output
    with open_engine(Settings.from_environment()) as engine, reading(engine) as session:
        desks = demonstration.desks(session, engine.clock.now().date(), "fr")
        assert len(desks) == 22
        assert passwords.verify(session, desks[0].address, demonstration.PASSWORD) is not None
        assert demonstration.member(session)


def test_a_name_that_no_terminal_can_show_is_escaped(amicale: Amicale, tmp_path: Path) -> None:
    name = tmp_path / os.fsdecode(b"caf\xe9.form")  # a name in Latin 1
    name.write_bytes(b'{"id": "f\\ud800", "type": "default", "components": []}')
    for options in (["--json"], []):
        answer = amicale("check", *options, str(tmp_path))
        assert answer.exit_code == 1
        assert "caf" in answer.output
    assert json.loads(amicale("check", "--json", str(tmp_path)).output)["ok"] is False
