"""Job types that the engine brings: a case that publishes a message (dialect §6).

The message is stored as a job in the step's own transaction and correlated by the next one, so that a case never waits
for another case's row. Header or variable `name` is the message; `key` its correlation key; `ttl` an ISO 8601 duration
(header; none = deliver now or drop); a variable `variables` (a context) is the payload, nothing else is sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from uuid import uuid4

from engine.bounds import IDENTIFIER, KEY, SOURCE, check
from engine.calendar import parse_duration
from engine.errors import WorkFailed
from engine.feel.values import Value, from_python, to_text
from engine.registry import ServiceWork, service_task
from engine.store import JOB, add, job_row
from engine.transaction import afterwards
from engine.variables import encode

__all__ = ["publish", "publish_all", "send_message"]


@service_task("message.publish")
def publish(work: ServiceWork) -> None:
    """Publishes a message to one case a process that waits for it, or keeps it."""
    _leave(work, "publish")


@service_task("message.publish_all")
def publish_all(work: ServiceWork) -> None:
    """Publishes a message to every case that waits for it now."""
    _leave(work, "publish_all")


@service_task("io.camunda:sendMessage:1", results=())
def send_message(work: ServiceWork) -> None:
    """The same for diagrams with the connector “Send message”: `messageName`, `correlationKey`, `variables`,
    `correlationType.timeToLive` as input mappings."""
    name = _text(work.variables.get("messageName"))
    if not name:
        raise WorkFailed("The message has no name: set the header “name”.", again=False)
    kind = work.variables.get("correlationType")
    lasting = _text(kind.get("timeToLive")) if isinstance(kind, Mapping) else ""
    headers = {**work.headers, "ttl": lasting} if lasting else work.headers
    _promise(
        replace(work, headers=headers), "publish", name, _text(work.variables.get("correlationKey")), f"{work.token}"
    )


def _leave(work: ServiceWork, kind: str) -> None:
    drawn = work.headers.get("messages")
    if drawn is not None:  # of a diagram whose events publish by themselves
        for number, one in enumerate(json.loads(drawn)):
            _promise(work, kind, str(one["name"]), str(one["key"]), f"{work.token} {number}")
        return
    name = work.headers.get("name") or _text(work.variables.get("name"))
    if not name:
        raise WorkFailed("The message has no name: set the header “name”.", again=False)
    key = work.headers.get("key") or _text(work.variables.get("key"))
    _promise(work, kind, name, key, f"{work.token}")


def _promise(work: ServiceWork, kind: str, name: str, key: str, message_id: str) -> None:
    carried = work.variables.get("variables")
    variables: dict[str, Value] = {}
    if isinstance(carried, Mapping):
        variables = {str(key): from_python(value) for key, value in carried.items()}
    ttl = work.headers.get("ttl")
    seconds = parse_duration(ttl, work.engine.settings.limits).estimate().total_seconds() if ttl else 0.0
    check({"message name": name}, IDENTIFIER)
    check({"correlation key": key}, KEY)
    payload = {
        "name": name, "key": key,
        "variables": encode(variables), "source": work.process_id[:SOURCE], "message_id": message_id,
        "ttl": seconds,
    }  # fmt: skip
    job = job_row(None, work.process_id, kind, work.now, id_=uuid4(), element=work.element, payload=payload)
    add(work.session, JOB, [job])
    afterwards(work.session).due.append(job["id"])


def _text(value: object) -> str:
    return "" if value is None else to_text(from_python(value))
