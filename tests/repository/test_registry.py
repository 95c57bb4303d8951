"""Registered work is used, and used work is registered."""

from __future__ import annotations

from lxml import etree

from tests.repository.sources import ROOT
from workflows.association.registry import registry
from workflows.association.settings import Association

ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
CALLED_BY_THE_ENGINE = {
    "sms.send",
    "import.look",
    "import.carry_out",
    "notice.look",
    "notice.push",
    *(
        "task.remind",
        "task.escalate",
        "mail.send",
        "mail.answer",
        "proof.erase",
        "sepa.papers",
        "credit_note.paper",
        "renewal.campaign",
        "mandate.hand_over",
        "person.erase",
        "retention.nightly",
    ),
}
FOR_OWNERS = {"parameters.read"}  # what process owners may draw; its tests draw it


def test_every_registered_type_is_named_by_a_diagram() -> None:
    named = {
        definition.get("type")
        for file in (ROOT / "workflows").glob("*/*.bpmn")
        for definition in etree.parse(str(file)).getroot().iter(f"{ZEEBE}taskDefinition")
    }
    assert set(registry(Association()).types()) - CALLED_BY_THE_ENGINE - FOR_OWNERS - named == set()
