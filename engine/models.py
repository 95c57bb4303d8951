"""The engine's tables. One row per instance holds its live state; finished work is history. See ARCHITECTURE.md §5."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.bounds import ACTOR, BUSINESS_KEY, IDENTIFIER, KEY, LABEL, REQUEST_KEY, SOURCE, TITLE
from engine.candidate import TaskCandidate
from engine.outgoing import ConnectorPace, Effect
from engine.schema import Base, Json, Moment, OptionalJson, only_where
from engine.terms import CaseTerm
from engine.way_back import WayBack

__all__ = [
    "FREE_JOB", "Base", "CaseTerm", "ConnectorPace", "Deployment", "Effect", "HistoryEvent", "Incident", "Job", "Json",
    "Message", "Moment", "Mute", "ProcessDefinition", "ProcessInstance", "RequestKey", "Resource", "ResourceKey",
    "Subscription", "TaskCandidate", "UserTask", "WayBack",
]  # fmt: skip


class Deployment(Base):
    """Resources that were deployed together; bindings `deployment` resolve inside it."""

    __tablename__ = "deployment"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    deployed_at: Mapped[datetime] = mapped_column(Moment)
    deployed_by: Mapped[str] = mapped_column(String(ACTOR))
    reason: Mapped[str] = mapped_column(Text, default="")
    __table_args__ = (Index("ix_deployment_deployed_at", "deployed_at"),)


class Resource(Base):
    """One file of a deployment, byte for byte."""

    __tablename__ = "resource"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    deployment_id: Mapped[UUID] = mapped_column(ForeignKey("deployment.id"))
    kind: Mapped[str] = mapped_column(String(16))  # bpmn, dmn, form, translations
    name: Mapped[str] = mapped_column(String(IDENTIFIER))  # path inside the deployment
    body: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (UniqueConstraint("deployment_id", "name"),)


class ResourceKey(Base):
    """What a resource is called by: the ids of a table's decisions, a form's id. Bindings look here."""

    __tablename__ = "resource_key"
    resource_id: Mapped[UUID] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(IDENTIFIER), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))  # dmn, form
    version_tag: Mapped[str | None] = mapped_column(String(IDENTIFIER))
    deployment_id: Mapped[UUID] = mapped_column(ForeignKey("deployment.id"))
    deployed_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("ix_resource_key_lookup", "kind", "key", "deployed_at"),)


class ProcessDefinition(Base):
    """One immutable version of a process: its diagram with the tables and forms deployed beside it."""

    __tablename__ = "process_definition"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    process_id: Mapped[str] = mapped_column(String(IDENTIFIER))
    version: Mapped[int] = mapped_column(Integer)
    version_tag: Mapped[str | None] = mapped_column(String(IDENTIFIER))
    name: Mapped[str] = mapped_column(String(LABEL))
    deployment_id: Mapped[UUID] = mapped_column(ForeignKey("deployment.id"))
    resource_id: Mapped[UUID] = mapped_column(ForeignKey("resource.id"))
    digest: Mapped[str] = mapped_column(String(64))
    deployed_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (UniqueConstraint("process_id", "version"),)


class ProcessInstance(Base):
    """One run of a process (pages: a case). `state` is the codec's text: tokens and scopes, without specs."""

    __tablename__ = "process_instance"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("process_definition.id"))
    process_id: Mapped[str] = mapped_column(String(IDENTIFIER))
    rev: Mapped[int] = mapped_column(Integer, default=1)
    status: Mapped[str] = mapped_column(String(12))  # active, suspended, completed, canceled
    state: Mapped[str] = mapped_column(Text)
    business_key: Mapped[str | None] = mapped_column(String(BUSINESS_KEY))
    title: Mapped[str | None] = mapped_column(String(TITLE))
    titles: Mapped[dict[str, str] | None] = mapped_column(OptionalJson)  # in the diagram's other languages
    started_at: Mapped[datetime] = mapped_column(Moment)
    started_by: Mapped[str] = mapped_column(String(ACTOR))
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_instance.id"))
    parent_token: Mapped[UUID | None] = mapped_column(Uuid)
    depth: Mapped[int] = mapped_column(Integer, default=0)  # 0, or how many calls led here
    start_key: Mapped[str | None] = mapped_column(String(KEY))  # correlation key of a message start, while it is live
    incidents: Mapped[int] = mapped_column(Integer, default=0)  # open ones

    def title_in(self, language: str) -> str | None:
        """The title as the diagram says it to this reader; in the diagram's own language where it has no other."""
        return (self.titles or {}).get(language, self.title)

    __table_args__ = (
        Index("uq_process_instance_start_key", "process_id", "start_key", unique=True),
        Index("ix_process_instance_listing", "process_id", "status", "started_at"),
        Index("ix_process_instance_business_key", "business_key"),
        Index("ix_process_instance_parent", "parent_id"),
        Index("ix_process_instance_newest", "started_at", "id"),
        Index("ix_process_instance_process", "process_id", "started_at", "id"),
        Index("ix_process_instance_version", "definition_id", "started_at", "id"),
        Index("ix_process_instance_status", "status", "started_at", "id"),
        Index("ix_process_instance_started_by", "started_by"),
        Index("ix_process_instance_incidents", "process_id", "started_at", **only_where("incidents > 0")),
    )


PUT_OFF = "state = 'created' AND follow_up_at IS NOT NULL"
OPEN_UNASSIGNED = "state = 'created' AND assignee IS NULL"
OPEN_ASSIGNED = "state = 'created' AND assignee IS NOT NULL"


class UserTask(Base):
    """Work for a person. The id is the token's id; open and closed ones live here (inbox, queue, archive)."""

    __tablename__ = "user_task"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("process_definition.id"))
    element: Mapped[str] = mapped_column(String(IDENTIFIER))
    name: Mapped[str] = mapped_column(String(LABEL))
    state: Mapped[str] = mapped_column(String(12))  # created, completed, canceled (dialect §10)
    assignee: Mapped[str | None] = mapped_column(String(ACTOR))
    role: Mapped[str | None] = mapped_column(String(ACTOR))  # the first candidate group: the queue's index
    candidates: Mapped[list[str]] = mapped_column(Json)  # groups, "user:<id>", "not:<id>" (engine.assignment)
    form: Mapped[dict[str, str] | None] = mapped_column(Json)  # {"id", "binding", "version_tag"} | {"external"}
    priority: Mapped[int] = mapped_column(Integer, default=50)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    rank_at: Mapped[datetime] = mapped_column(Moment)  # due_at, or the far future: lists are ordered by it
    follow_up_at: Mapped[datetime | None] = mapped_column(Moment)
    properties: Mapped[dict[str, object]] = mapped_column(Json)  # evaluated task.* and case.* properties
    escalation: Mapped[int] = mapped_column(Integer, default=0)  # 0, 50, 100, 150 (domain §1.5)
    created_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_by: Mapped[str | None] = mapped_column(String(ACTOR))
    __table_args__ = (
        # With `follow_up_at`, so that what was put off is told apart without a look at the rows.
        Index(
            "ix_user_task_inbox", "assignee", "rank_at", "created_at", "id", "follow_up_at",
            **only_where(OPEN_ASSIGNED),
        ),
        Index("ix_user_task_later", "assignee", "follow_up_at", **only_where(PUT_OFF)),
        Index("ix_user_task_queue", "role", "rank_at", "created_at", "id", **only_where(OPEN_UNASSIGNED)),
        Index("ix_user_task_free", "rank_at", "created_at", "id", **only_where(OPEN_UNASSIGNED)),
        Index("ix_user_task_element", "definition_id", "element", "instance_id", **only_where("state = 'created'")),
        # Whole, unlike the one of the inbox: SQLite prefers the smaller index, here it would read closed tasks.
        Index("ix_user_task_assignee", "assignee", "instance_id"),
        Index("ix_user_task_instance", "instance_id", "state"),
        Index("ix_user_task_archive", "closed_by", "closed_at", "id", **only_where("closed_by IS NOT NULL")),
    )  # fmt: skip


FREE_JOB = "NOT held AND leased_until IS NULL"


class Job(Base):
    """Promised work: timers, service tasks to retry, connectors, deadlines, continuations. Deleted when done."""

    __tablename__ = "job"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_instance.id"))
    token: Mapped[UUID | None] = mapped_column(Uuid)
    element: Mapped[str | None] = mapped_column(String(IDENTIFIER))
    process_id: Mapped[str] = mapped_column(String(IDENTIFIER))
    kind: Mapped[str] = mapped_column(String(16))  # see engine/jobs.py
    type: Mapped[str] = mapped_column(String(IDENTIFIER), default="")  # connector or service-task name
    payload: Mapped[dict[str, object]] = mapped_column(Json)
    due_at: Mapped[datetime] = mapped_column(Moment)
    priority: Mapped[int] = mapped_column(Integer, default=50)
    retries: Mapped[int] = mapped_column(Integer, default=3)  # attempts left
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    epoch: Mapped[int] = mapped_column(Integer, default=0)
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    leased_by: Mapped[str | None] = mapped_column(String(80))
    held: Mapped[bool] = mapped_column(default=False)  # the case is suspended, or nobody knows the type
    error: Mapped[str | None] = mapped_column(Text)  # why the last attempt failed
    __table_args__ = (
        Index("ix_job_free", "priority", "type", "process_id", "due_at", "id", **only_where(FREE_JOB)),
        Index("ix_job_leased", "leased_until", "type", **only_where("leased_until IS NOT NULL")),
        Index("ix_job_instance", "instance_id", "token"),
        Index("ix_job_element", "process_id", "element", "instance_id"),  # which cases wait at an element
    )


class Subscription(Base):
    """A token, or a start event of the latest version, that waits for a message or a signal; or one whose condition is
    asked (`engine.conditions`)."""

    __tablename__ = "subscription"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))  # message, signal; of a start event also conditional
    name: Mapped[str] = mapped_column(String(IDENTIFIER))
    key: Mapped[str] = mapped_column(String(KEY), default="")
    process_id: Mapped[str] = mapped_column(String(IDENTIFIER))
    element: Mapped[str] = mapped_column(String(IDENTIFIER))
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_instance.id"))
    token: Mapped[UUID | None] = mapped_column(Uuid)
    definition_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_definition.id"))  # start events
    opened_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (
        Index("ix_subscription_match", "kind", "name", "key"),
        Index("ix_subscription_instance", "instance_id", "token"),
        Index("ix_subscription_element", "process_id", "element", "instance_id"),
    )


class Message(Base):
    """A message that was published: kept until its time to live ends, refused twice by source and id."""

    __tablename__ = "message"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    source: Mapped[str] = mapped_column(String(SOURCE))
    message_id: Mapped[str] = mapped_column(String(IDENTIFIER))
    name: Mapped[str] = mapped_column(String(IDENTIFIER))
    key: Mapped[str] = mapped_column(String(KEY))
    payload: Mapped[str] = mapped_column(Text)  # FEEL codec
    published_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    taken_by: Mapped[list[str]] = mapped_column(Json)  # process ids that already received it
    __table_args__ = (
        UniqueConstraint("source", "message_id"),
        Index("ix_message_match", "name", "key", "published_at"),
        Index("ix_message_expires", "expires_at"),
    )


class Incident(Base):
    """A branch that stands still until a person acts. Says element, kind and cause; holds no variables."""

    __tablename__ = "incident"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    token: Mapped[UUID] = mapped_column(Uuid)
    element: Mapped[str] = mapped_column(String(IDENTIFIER))
    kind: Mapped[str] = mapped_column(String(16))  # job, mapping, condition, expression, decision, error, resource
    code: Mapped[str] = mapped_column(String(80))
    params: Mapped[dict[str, object]] = mapped_column(Json)
    message: Mapped[str] = mapped_column(Text)
    raised_at: Mapped[datetime] = mapped_column(Moment)
    resolved_at: Mapped[datetime | None] = mapped_column(Moment)
    resolved_by: Mapped[str | None] = mapped_column(String(ACTOR))
    __table_args__ = (
        Index("ix_incident_open", "resolved_at", "raised_at"),
        Index("ix_incident_instance", "instance_id"),
    )


class HistoryEvent(Base):
    """What happened, append-only. The key begins with its time, so that the table can be partitioned by month.

    `id` rises within a case (`engine.engine.Sequencer`): the order of events that share a moment.
    """

    __tablename__ = "history_event"
    at: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(24))  # see engine/history.py
    element: Mapped[str | None] = mapped_column(String(IDENTIFIER))
    token: Mapped[UUID | None] = mapped_column(Uuid)
    by: Mapped[str | None] = mapped_column(String(ACTOR))
    data: Mapped[dict[str, object] | None] = mapped_column(Json)
    __table_args__ = (Index("ix_history_event_instance", "instance_id", "at", "id"),)


class RequestKey(Base):
    """A request that was carried out, with its answer: the same key again gets the same answer, once."""

    __tablename__ = "request_key"
    key: Mapped[str] = mapped_column(String(REQUEST_KEY), primary_key=True)
    actor: Mapped[str] = mapped_column(String(ACTOR))
    act: Mapped[str] = mapped_column(String(120))  # the verb and its object: a key serves one act only
    answer: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("ix_request_key_at", "at"),)


class Mute(Base):
    """While its one row is there, nothing leaves the house (`engine.muting`). So begins a restored database."""

    __tablename__ = "mute"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)  # always 1
    since: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[str] = mapped_column(String(ACTOR))
    reason: Mapped[str] = mapped_column(String(16))  # restored, asked
