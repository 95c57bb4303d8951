"""What others have is answered exactly like what does not exist: status, body and headers, for every address that
names a thing by its id or key, in every place of the address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from engine.engine import Engine
from engine.transaction import transaction
from tests.security.foreign import World, named
from tests.security.web import at_desk, browser, place
from webapp.api import tokens
from webapp.auth import access_of
from webapp.settings import Settings
from workflows.association.people import Person

UUIDS: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
VOLATILE: Final = re.compile(r"[\w-]{20,}\.[\w-]{6}\.[\w-]{20,}|\b[0-9a-f]{32}\b")  # tokens of forms, of requests
UNCOMPARED: Final = frozenset({"Date", "Content-Length", "Set-Cookie"})
BODIES: Final = {
    "assign": {"to": "person:x"}, "postpone": {"until": None}, "complete": {"answers": {}},
    "set_variables": {"reason": "r", "variables": {"a": 1}}, "move": {"reason": "r", "element": "read_file"},
    "suspend": {"reason": "r"}, "cancel": {"reason": "r"}, "skip": {"reason": "r", "variables": {}},
    "move_timer": {"reason": "r", "due_at": "2026-09-01T00:00:00Z"},
    "choose": {"element": "read_file"}, "migrate": {"reason": "r", "version": 1},
    "return_cases": {"cases": ["00000000-0000-4000-8000-000000000000"]},
    "move_job": {"reason": "r", "due_at": "2026-09-01T00:00:00Z"},
}  # fmt: skip
FORM: Final = {"reason": "r", "text": "t", "answer": "a", "document_number": "1"}
# What is somebody's by design, by the beginning of the endpoint's name.
THEIRS: Final = {
    ("", "mailbox."): "an installation whose mails do not leave it shows all of them to whoever tries it",
    ("applicant", "operations.diagram"): "it is the version of his own case",
    ("finance", "finance."): "it is his desk",
    ("finance", "person."): "his desk sees everybody's fees",
    ("finance", "studio_"): "all staff read drafts and versions of processes, and their totals",
    (
        "finance",
        "causes.mail",
    ): "all staff may ask why a mail of no case was written; it tells no word of it, no reader",
}


class Asker:
    """Somebody to whom nothing of the world belongs. Every request is his first: none depends on the one before."""

    def __init__(self, client: FlaskClient, headers: dict[str, str], form: dict[str, str]) -> None:
        self.client, self.headers, self.form = client, headers, form
        self.cookie = client.get_cookie("amicale")

    def answer(self, method: str, endpoint: str, path: str) -> tuple[object, ...]:
        """Status, body, headers, and what the next page will say."""
        self.client.delete_cookie("amicale")
        if self.cookie is not None:
            self.client.set_cookie("amicale", self.cookie.value)
        asked: dict[str, Any] = {"headers": self.headers}
        if endpoint.startswith("api.") and method != "GET":
            asked["json"] = BODIES.get(endpoint.partition(".")[2], {})
        elif method != "GET":
            asked["data"] = self.form
        found = FlaskClient.open(self.client, path, method=method, **asked)  # pages are looked at in the other tests
        said = [(name, value) for name, value in found.headers.items() if name not in UNCOMPARED]
        return found.status_code, found.get_data(as_text=True), str(said), self._told()

    def _told(self) -> str:
        with self.client.session_transaction() as session:
            return str(session.get("_flashes"))


@pytest.fixture
def askers(app: Flask, web_engine: Engine, settings: Settings, review: str) -> dict[str, Asker]:
    """A visitor, the applicant of another case, a member, staff of another desk, and their programs."""
    people = {
        "visitor": browser(app),
        "applicant": browser(app),
        "member": at_desk(app, web_engine, "Leo"),
        "finance": at_desk(app, web_engine, "Fina", "FINANCE"),
    }
    assert people["applicant"].post_form(f"/l/{place(web_engine, settings).token}").status_code == 303
    made = {name: Asker(each, {}, FORM | {"csrf_token": each.csrf_token()}) for name, each in people.items()}
    made["an old page"] = Asker(browser(app), {}, FORM)
    made["a member's old page"] = Asker(people["member"], {}, FORM)
    with transaction(web_engine) as session:
        for first, name in (("Leo", "member's program"), ("Fina", "finance's program")):
            person = session.scalars(select(Person.id).where(Person.first_names == first)).one()
            _row, token = tokens.make(
                session, name="t", scopes=("read", "work", "operate"), now=web_engine.clock.now(),
                lasts=timedelta(days=9), by="test", person_id=person,
            )  # fmt: skip
            made[name] = Asker(browser(app), {"Authorization": f"Bearer {token}"}, {})
    return made


def test_what_others_have_is_answered_as_what_does_not_exist(
    app: Flask, web_engine: Engine, settings: Settings, review: str, askers: dict[str, Asker]
) -> None:
    app.config["RATELIMIT_ENABLED"] = False
    case = place(web_engine, settings)
    with transaction(web_engine) as session:
        begun = {
            "process_instance": case.instance_id, "user_task": case.task_id, "stored_file": case.file_id,
            "process_definition": case.definition_id,
        }  # fmt: skip
        world = World(session, web_engine.clock.now(), begun)
        there = [
            (rule, {name: world.value(at) for name, at in named(rule).items()}) for rule in app.url_map.iter_rules()
        ]
    kept = {str(value) for row in world.rows.values() for value in row.values() if isinstance(value, UUID)}
    told, asked = {}, 0
    for rule, known in there:
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}) if known else ():
            for name, asker in askers.items():
                if not _worth_asking(app, name, method, rule):
                    continue
                asked += 1
                answers = [_answer(app, asker, method, rule, values, kept) for values in _addresses(known)]
                assert answers[0][0] != 429
                if any(each != answers[0] for each in answers):
                    told[name, method, rule.endpoint] = answers
    assert asked > 250, "the table of addresses is empty"
    report = {where: [_first_difference(each, answers[-1]) for each in answers] for where, answers in told.items()}
    assert report == {}


def _worth_asking(app: Flask, name: str, method: str, rule: Rule) -> bool:
    """Whether the answer is more than the guard's, which looks at no id; and nothing of his desk."""
    if any(who in {"", name} and rule.endpoint.startswith(area) for who, area in THEIRS):
        return False
    if rule.endpoint.startswith("api.") or name.endswith("program"):
        return rule.endpoint.startswith("api.") and name.endswith("program")
    own_handlers = rule.endpoint.startswith(("inbox.", "journey.")) and method == "POST"
    if name.endswith("old page"):
        return own_handlers
    access = access_of(app.view_functions[rule.endpoint])
    held = {"member": {"public", "signed_in"}, "finance": {"public", "signed_in", "staff"}}.get(name, {"public"})
    return own_handlers or access.kind in held or (name == "finance" and "FINANCE" in access.roles)


def _addresses(known: dict[str, object]) -> Iterator[dict[str, object]]:
    """What is there, in each part of an address before parts that are not; at last nothing that is."""
    nothing = {name: uuid4() if isinstance(value, UUID) else uuid4().hex[:12] for name, value in known.items()}
    for count in range(len(known), -1, -1):
        yield nothing | dict(list(known.items())[:count])


def _answer(
    app: Flask, asker: Asker, method: str, rule: Rule, values: dict[str, object], kept: set[str]
) -> tuple[object, ...]:
    others = {
        name: "1" if "int" in str(rule._converters[name]).lower() else "x" for name in rule.arguments - set(values)
    }
    path = app.url_map.bind("127.0.0.1").build(rule.endpoint, others | values, method=method)
    return tuple(
        _constant(part, values, kept) if isinstance(part, str) else part
        for part in asker.answer(method, rule.endpoint, path)
    )


def _constant(text: str, values: dict[str, object], kept: set[str]) -> str:
    """A text without the address's own ids, and without what is new in each answer."""
    for value in values.values():
        text = text.replace(str(value), "<id>")
    text = UUIDS.sub(lambda found: found.group() if found.group() in kept else "<new>", text)
    return VOLATILE.sub("", text)


def _first_difference(one: tuple[object, ...], other: tuple[object, ...]) -> object:
    """The status, or where the texts part."""
    if one[0] != other[0] or one == other:
        return one[0]
    first, second = str(one), str(other)
    at = next((n for n, pair in enumerate(zip(first, second, strict=False)) if len(set(pair)) > 1), 0)
    return first[max(0, at - 60) : at + 120]
