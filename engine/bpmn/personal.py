"""Tasks that nobody does for somebody else: a person signs or consents by himself (`task.personal`).

`task.personal.answer` names the one question of the form that is so, where the others may be answered for the person.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.bpmn.model import Element
from engine.bpmn.refusals import error
from engine.findings import Finding

PROPERTY: Final = "task.personal"
ANSWER: Final = "task.personal.answer"
SIGNATURE: Final = "signature"
CONSENT: Final = "consent"
KINDS: Final = (CONSENT, SIGNATURE)


def of_person(element: Element) -> Iterator[Finding]:
    """Errors: a kind that is none, an answer without a kind, the property where no person answers."""
    kind, answer = element.properties.get(PROPERTY), element.properties.get(ANSWER)
    if kind is None and answer is None:
        return
    if kind not in KINDS or element.type != "userTask":
        yield error("personal_unknown", element.id, element.name, value=kind or "", known=", ".join(KINDS))
