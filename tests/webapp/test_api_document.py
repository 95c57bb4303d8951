"""The document of the interface holds: requests made from it are answered as it says, and nothing falls over."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import schemathesis
from click.testing import CliRunner
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from engine import commands
from engine.engine import Engine
from engine.transaction import transaction
from tests.fixtures.cases import start_review
from tests.fixtures.staff import add_person
from tests.webapp.test_inbox import open_task
from webapp.api import tokens
from webapp.api.document import described
from webapp.cli.openapi import openapi

VERBS = {
    "act_on_cases": "POST /cases/acts", "assign": "POST /tasks/{task_id}/assign", "broadcast_signal": "POST /signals",
    "cancel": "POST /cases/{case_id}/cancel", "choose": "POST /cases/{case_id}/choices/{token}/begin",
    "claim": "POST /tasks/{task_id}/claim", "close_choice": "POST /cases/{case_id}/choices/{token}/close",
    "complete": "POST /tasks/{task_id}/complete", "correlate_message": "POST /messages",
    "delegate": "POST /tasks/{task_id}/assign", "deploy": "POST /deployments",
    "evaluate_conditions": "POST /conditions", "migrate": "POST /cases/{case_id}/migrate",
    "migrate_cases": "POST /migrations", "move_job": "POST /cases/{case_id}/jobs/{job_id}/move",
    "move_timer": "POST /cases/{case_id}/timers/{token}/move", "move_tokens": "POST /cases/{case_id}/move",
    "postpone": "POST /tasks/{task_id}/postpone", "release": "POST /tasks/{task_id}/release",
    "resume": "POST /cases/{case_id}/resume", "retry_incident": "POST /incidents/{incident_id}/retry",
    "retry_incidents": "POST /cases/acts", "retry_matching": "POST /incidents/retry",
    "return_cases": "POST /migrations/{migration_id}/return", "run_timer": "POST /cases/{case_id}/timers/{token}/run",
    "set_variables": "PATCH /cases/{case_id}/variables", "skip_incident": "POST /incidents/{incident_id}/skip",
    "start": "POST /cases", "suspend": "POST /cases/{case_id}/suspend", "undo": "POST /tasks/{task_id}/undo",
    "withdraw_message": "POST /messages/withdraw",
}  # fmt: skip
MANY = [pytest.mark.campaign, pytest.mark.timeout(3_600)]  # examples of each address: a few in every run


@pytest.fixture
def there(web_engine: Engine, review: str) -> dict[str, list[str]]:
    """What is in the association: ids by the name that addresses have for them."""
    cases = [start_review(web_engine) for _ in range(2)]
    return {"case_id": list(map(str, cases)), "task_id": [str(open_task(web_engine, each).id) for each in cases]}


@pytest.fixture
def bearer(web_engine: Engine, review: str) -> dict[str, str]:
    """An administrator's token."""
    person = add_person(web_engine, "Prog", "Ramme", "ADMIN", "MEMBERSHIP")
    with transaction(web_engine) as session:
        _row, text = tokens.make(
            session, name="fuzz", scopes=tokens.SCOPES, now=web_engine.clock.now(), lasts=timedelta(days=9), by="test",
            person_id=person.id,
        )  # fmt: skip
    return {"Authorization": f"Bearer {text}"}


@pytest.mark.parametrize("examples", [pytest.param(4, id="some"), pytest.param(200, id="many", marks=MANY)])
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_whatever_is_sent_is_answered_as_the_document_says(
    app: Flask, bearer: dict[str, str], there: dict[str, list[str]], mode: GenerationMode, examples: int
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operations = [each.ok() for each in schema.get_all_operations()]
    assert len(operations) > 20
    for operation in operations:
        cases = operation.as_strategy(generation_mode=mode)

        @settings(
            max_examples=examples, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(data=st.data())
        def examine(data: st.DataObject) -> None:
            case = data.draw(cases)  # noqa: B023 - called before the next operation
            case.headers.update(bearer)
            for name in case.path_parameters.keys() & there.keys() if mode is GenerationMode.POSITIVE else ():
                case.path_parameters[name] = data.draw(st.sampled_from(there[name]))
            case.call_and_validate(
                excluded_checks=[schemathesis.checks.CHECKS.get_one("ignored_auth"),
                                 schemathesis.checks.CHECKS.get_one("positive_data_acceptance"),
                                 schemathesis.checks.CHECKS.get_one("use_after_free")]
            )  # fmt: skip

        examine()


def test_the_command_prints_what_is_served(app: Flask) -> None:
    printed = json.loads(CliRunner().invoke(openapi).output)
    assert printed["openapi"].startswith("3.1")
    addresses = {
        f"{method.upper()} {path.removeprefix('/api/v1')}" for path, of in printed["paths"].items() for method in of
    }
    assert VERBS.keys() == set(commands.__all__), "say by which address a program does it"
    assert set(VERBS.values()) <= addresses
    with app.app_context():
        assert printed == json.loads(json.dumps(described(app)))
