"""What the engine's own tables hold of people: ids of actors, and ids in variables of cases. See `engine.personal`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from engine import models
from engine.models import Base
from engine.personal import Impersonal, Personal

__all__ = ["DECLARED"]

DECLARED: Final[Mapping[type[Base], tuple[Personal, ...] | Impersonal]] = MappingProxyType(
    {
        models.Deployment: (Personal("work", "deployed_by@actor", "keep", ids="deployed_by", plain="digest reason"),),
        models.Resource: Impersonal("diagrams, tables and forms, which hold no data"),
        models.ResourceKey: Impersonal("names of diagrams, tables and forms"),
        models.ProcessDefinition: Impersonal("names of processes"),
        models.ProcessInstance: (
            Personal(
                "case", "id@case", "empty", erase="title titles", ids="state business_key started_by start_key",
                plain="process_id status",
            ),
        ),
        models.UserTask: (
            Personal(
                "case", "instance_id@case", "keep", ids="assignee candidates properties closed_by",
                plain="element name state role form",
            ),
        ),
        models.TaskCandidate: (Personal("case", "task_id", "keep", ids="candidate"),),
        models.Job: (
            Personal(
                "case", "instance_id@case", "keep", ids="payload error",
                plain="element process_id kind type leased_by",
            ),
        ),
        models.Subscription: (
            Personal("case", "instance_id@case", "keep", ids="key", plain="kind name process_id element"),
        ),
        models.Message: (Personal("case", ids="key payload source message_id", plain="name taken_by"),),
        models.Incident: (
            Personal("case", "instance_id@case", "keep", ids="params message resolved_by", plain="element kind code"),
        ),
        models.HistoryEvent: (Personal("case", "instance_id@case", "keep", ids="by data", plain="kind element"),),
        models.RequestKey: (Personal("log", "actor@actor", erase="key", ids="actor act answer", since="at"),),
        models.Mute: (Personal("work", "by@actor", "keep", ids="by", plain="reason"),),
    }
)  # fmt: skip
