"""Forms to begin with: the answers of somebody who approves, or a first field alone. Each says its texts twice."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

__all__ = ["APPROVAL", "EMPTY", "form"]

APPROVAL: Final = "approval"
EMPTY: Final = "form"
Component = Mapping[str, object]
NOTE: Final[Component] = {
    "type": "textarea", "id": "note", "key": "note", "label": "Remarque", "validate": {"maxLength": 2000},
}  # fmt: skip
ANSWER: Final[Component] = {
    "type": "radio", "id": "decision", "key": "decision", "label": "Votre réponse",
    "values": [{"value": "APPROVE", "label": "J’approuve"}, {"value": "REFUSE", "label": "Je refuse"}],
    "validate": {"required": True}, "properties": {"thing": "votre réponse"},
}  # fmt: skip
COMPONENTS: Final[Mapping[str, Sequence[Component]]] = {APPROVAL: (ANSWER, NOTE), EMPTY: (NOTE,)}
ENGLISH: Final[Mapping[str, Mapping[str, str]]] = {
    "decision": {
        "label": "Your answer", "thing": "your answer", "values.APPROVE": "I approve", "values.REFUSE": "I refuse",
    },
    "note": {"label": "Remark"},
}  # fmt: skip


def form(kind: str, id_: str) -> dict[str, bytes]:
    """The form of this kind and its texts, as files. Raises KeyError."""
    components = COMPONENTS[kind]
    drawn = {
        "type": "default", "id": id_, "schemaVersion": 18, "executionPlatform": "Camunda Cloud",
        "executionPlatformVersion": "8.8.0", "components": components,
    }  # fmt: skip
    texts = {
        id_: {place: {"en": text} for place, text in ENGLISH[id_].items()}
        for id_ in (str(component["id"]) for component in components)
    }
    return {f"{id_}.form": _written(drawn), f"{id_}.translations.json": _written(texts)}


def _written(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
