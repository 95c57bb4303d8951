"""Deploying for programs: the files of a process as one version, checked as the command line checks them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.assignment import ADMIN
from engine.errors import Refused
from engine.findings import Finding
from engine.transaction import transaction
from webapp.api.routing import address
from webapp.api.steering_schemas import DeployIn, DeploymentOut
from webapp.auth import engine
from webapp.definitions import deploy_files
from webapp.refusal_words import finding_in_words
from webapp.studio.bundle import kind_of
from webapp.viewer import viewer
from webapp.words import _


@address("POST", "/deployments", scope="deploy", answers=DeploymentOut, status=201, body=DeployIn, refuses=(422,))
def deploy(asked: Mapping[str, Any]) -> dict[str, object]:
    """Deploys files as one version of each process in them; only for administrators. The same files change nothing."""
    if ADMIN not in viewer().actor.roles:
        raise Refused(action="deploy", kind="process")
    for name in asked["files"]:
        kind_of(name)
    files = {name: text.encode("utf-8", "replace") for name, text in asked["files"].items()}
    with transaction(engine()) as writer:
        done = deploy_files(writer, engine(), files, by=viewer().actor, reason=asked["reason"])
    return {
        "processes": [
            {"process": each.process_id, "version": each.version, "created": each.created} for each in done.processes
        ],
        "warnings": [_finding(each) for each in done.warnings],
    }  # fmt: skip


def _finding(found: Finding) -> dict[str, object]:
    return {"element": found.element, "code": found.code, "message": finding_in_words(found, _)}
