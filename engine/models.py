"""The engine's tables. One row per instance holds its live state; finished work is history. See ARCHITECTURE.md §5."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from engine.clock import UTC


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. Refuses naive values: a moment without zone is a defect."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment needs a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


Json = JSON().with_variant(JSONB(), "postgresql")


class Base(DeclarativeBase):
    """The one metadata: engine, association and web tables register here, so that Alembic sees them all."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Deployment(Base):
    """Resources that were deployed together; bindings `deployment` resolve inside it."""

    __tablename__ = "deployment"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    deployed_at: Mapped[datetime] = mapped_column(Moment)
    deployed_by: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text, default="")


class Resource(Base):
    """One file of a deployment, byte for byte."""

    __tablename__ = "resource"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    deployment_id: Mapped[UUID] = mapped_column(ForeignKey("deployment.id"))
    kind: Mapped[str] = mapped_column(String(16))  # bpmn, dmn, form, translations
    name: Mapped[str] = mapped_column(String(200))  # path inside the deployment
    key: Mapped[str] = mapped_column(String(200))  # form id, decision id(s' file id), process file id
    body: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (UniqueConstraint("deployment_id", "name"),)


class ProcessDefinition(Base):
    """One immutable version of a process: its diagram with the tables and forms deployed beside it."""

    __tablename__ = "process_definition"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    process_id: Mapped[str] = mapped_column(String(200))
    version: Mapped[int] = mapped_column(Integer)
    version_tag: Mapped[str | None] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(400))
    deployment_id: Mapped[UUID] = mapped_column(ForeignKey("deployment.id"))
    resource_id: Mapped[UUID] = mapped_column(ForeignKey("resource.id"))
    digest: Mapped[str] = mapped_column(String(64))
    deployed_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (UniqueConstraint("process_id", "version"), UniqueConstraint("process_id", "digest"))


class ProcessInstance(Base):
    """One run of a process (pages: a case). `state` is the codec's text: tokens and scopes, without specs."""

    __tablename__ = "process_instance"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("process_definition.id"))
    process_id: Mapped[str] = mapped_column(String(200))
    rev: Mapped[int] = mapped_column(Integer, default=1)
    status: Mapped[str] = mapped_column(String(12))  # active, suspended, completed, canceled
    state: Mapped[str] = mapped_column(Text)
    business_key: Mapped[str | None] = mapped_column(String(80))
    title: Mapped[str | None] = mapped_column(String(200))
    started_at: Mapped[datetime] = mapped_column(Moment)
    started_by: Mapped[str] = mapped_column(String(64))
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_instance.id"))
    parent_token: Mapped[UUID | None] = mapped_column(Uuid)
    start_key: Mapped[str | None] = mapped_column(String(400))  # correlation key of a message start
    incidents: Mapped[int] = mapped_column(Integer, default=0)
    __table_args__ = (
        Index("ix_process_instance_listing", "process_id", "status", "started_at"),
        Index("ix_process_instance_business_key", "business_key"),
        Index("ix_process_instance_parent", "parent_id"),
    )


class UserTask(Base):
    """Work for a person. The id is the token's id; open and closed ones live here (inbox, queue, archive)."""

    __tablename__ = "user_task"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("process_definition.id"))
    element: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(400))
    state: Mapped[str] = mapped_column(String(12))  # created, completed, canceled (dialect §10)
    assignee: Mapped[str | None] = mapped_column(String(64))
    role: Mapped[str | None] = mapped_column(String(64))  # the first candidate group: shown and filtered
    candidates: Mapped[list[str]] = mapped_column(Json)  # all candidate groups and "user:<id>" candidates
    form: Mapped[dict[str, str] | None] = mapped_column(Json)  # {"id", "binding", "version_tag"} | {"external"}
    priority: Mapped[int] = mapped_column(Integer, default=50)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    follow_up_at: Mapped[datetime | None] = mapped_column(Moment)
    properties: Mapped[dict[str, object]] = mapped_column(Json)  # evaluated task.* and case.* properties
    escalation: Mapped[int] = mapped_column(Integer, default=0)  # 0, 50, 100, 150 (domain §1.5)
    created_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_by: Mapped[str | None] = mapped_column(String(64))
    __table_args__ = (
        Index("ix_user_task_inbox", "assignee", "state", "due_at"),
        Index("ix_user_task_instance", "instance_id", "state"),
        Index("ix_user_task_archive", "closed_by", "closed_at"),
    )


class TaskCandidate(Base):
    """Who may take an open task: one row a role key or person, deleted when the task closes. The queue's index."""

    __tablename__ = "task_candidate"
    task_id: Mapped[UUID] = mapped_column(ForeignKey("user_task.id"), primary_key=True)
    candidate: Mapped[str] = mapped_column(String(64), primary_key=True)  # ROLE or "user:<id>"
    __table_args__ = (Index("ix_task_candidate_candidate", "candidate", "task_id"),)


class Job(Base):
    """Promised work: timers, service tasks to retry, connectors, deadlines, continuations. Deleted when done."""

    __tablename__ = "job"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_instance.id"))
    token: Mapped[UUID | None] = mapped_column(Uuid)
    element: Mapped[str | None] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))  # timer, service, connector, continue, deadline, start, expire
    type: Mapped[str] = mapped_column(String(200), default="")  # connector or service-task name
    payload: Mapped[dict[str, object]] = mapped_column(Json)
    due_at: Mapped[datetime] = mapped_column(Moment)
    priority: Mapped[int] = mapped_column(Integer, default=50)
    retries: Mapped[int] = mapped_column(Integer, default=3)  # attempts left
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    epoch: Mapped[int] = mapped_column(Integer, default=0)
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    leased_by: Mapped[str | None] = mapped_column(String(80))
    held: Mapped[bool] = mapped_column(default=False)  # the case is suspended, or an incident waits for a person
    __table_args__ = (
        Index("ix_job_due", "due_at", postgresql_where=text("NOT held"), sqlite_where=text("NOT held")),
        Index("ix_job_instance", "instance_id", "token"),
    )


class Subscription(Base):
    """A token, or a start event of the latest version, that waits for a message or a signal."""

    __tablename__ = "subscription"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))  # message, signal
    name: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(400), default="")
    process_id: Mapped[str] = mapped_column(String(200))
    element: Mapped[str] = mapped_column(String(200))
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_instance.id"))
    token: Mapped[UUID | None] = mapped_column(Uuid)
    definition_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_definition.id"))  # start events
    opened_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (
        Index("ix_subscription_match", "kind", "name", "key"),
        Index("ix_subscription_instance", "instance_id", "token"),
    )


class Message(Base):
    """A message that was published: kept until its time to live ends, refused twice by source and id."""

    __tablename__ = "message"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    source: Mapped[str] = mapped_column(String(80))
    message_id: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(400))
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
    element: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))  # job, mapping, condition, expression, decision, error, resource
    code: Mapped[str] = mapped_column(String(80))
    params: Mapped[dict[str, object]] = mapped_column(Json)
    message: Mapped[str] = mapped_column(Text)
    raised_at: Mapped[datetime] = mapped_column(Moment)
    resolved_at: Mapped[datetime | None] = mapped_column(Moment)
    resolved_by: Mapped[str | None] = mapped_column(String(64))
    __table_args__ = (
        Index("ix_incident_open", "resolved_at", "raised_at"),
        Index("ix_incident_instance", "instance_id"),
    )


class HistoryEvent(Base):
    """What happened, append-only. The key begins with its time, so that the table can be partitioned by month."""

    __tablename__ = "history_event"
    at: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    instance_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(24))  # see engine/history.py
    element: Mapped[str | None] = mapped_column(String(200))
    token: Mapped[UUID | None] = mapped_column(Uuid)
    by: Mapped[str | None] = mapped_column(String(64))
    data: Mapped[dict[str, object] | None] = mapped_column(Json)
    __table_args__ = (Index("ix_history_event_instance", "instance_id", "at", "id"),)


class RequestKey(Base):
    """A request that was carried out, with its answer: the same key again gets the same answer, once."""

    __tablename__ = "request_key"
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    actor: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("ix_request_key_at", "at"),)
