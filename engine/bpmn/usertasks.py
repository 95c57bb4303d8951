"""User tasks: who is asked is evaluated once, on entering (dialect §10)."""

from __future__ import annotations

from datetime import datetime

from engine.assignment import BARRED, EXCLUDED
from engine.bounds import ACTOR
from engine.bpmn.activities import Activity, Result
from engine.bpmn.errors import Trouble
from engine.bpmn.evaluation import optional_text, texts_of, value_of, whole_number
from engine.bpmn.model import Form, Site, UserWork
from engine.bpmn.nodes import begin_wait
from engine.bpmn.outcome import FormRef, TaskClosed, TaskOpened
from engine.bpmn.timers import timer_text
from engine.bpmn.tokens import Token, Wait
from engine.calendar import parse_moment
from engine.errors import AmicaleError

__all__ = ["UserTask"]

_NO_WORK = UserWork()


class UserTask(Activity):
    """Work for a person: opens a task, waits for its completion."""

    def work(self, token: Token) -> None:
        opened = self.opening(token)
        begin_wait(token, Wait("task"))
        token.workflow.tell(opened)

    def opening(self, token: Token) -> TaskOpened:
        """Who is asked, until when and with which form, by what the token sees now. Raises Trouble."""
        work = self.element.work or _NO_WORK
        return TaskOpened(
            token=token.id,
            element=self.element.id,
            name=self.element.name or self.element.id,
            assignee=optional_text(work.assignee, token, "the assignee", ACTOR),
            candidate_groups=texts_of(work.candidate_groups, token, "the candidate groups", ACTOR),
            candidate_users=texts_of(work.candidate_users, token, "the candidate users", ACTOR - len("user:")),
            excluded=texts_of(
                dict(work.properties).get(EXCLUDED), token, "who may not do the task", ACTOR - len(BARRED)
            ),
            form=form_ref(work.form, token),
            due_at=_moment(work.due, token, "the due date"),
            follow_up_at=_moment(work.follow_up, token, "the follow-up date"),
            priority=whole_number(work.priority, token, "the priority", 50, 0, 100),
            properties={name: value_of(site, token, "expression") for name, site in work.properties},
        )

    def happened(self, token: Token, brought: Result) -> None:
        """A person completed it."""
        token.wait = None
        token.workflow.tell(TaskClosed(token.id, self.element.id, "completed"))
        self.go_on(token, brought)


def form_ref(form: Form | None, token: Token) -> FormRef | None:
    """The form of a task at this moment."""
    if form is None:
        return None
    return FormRef(
        optional_text(form.form_id, token, "the form"),
        form.binding,
        optional_text(form.version_tag, token, "the version tag"),
        optional_text(form.external, token, "the form's address"),
    )


def _moment(site: Site | None, token: Token, what: str) -> datetime | None:
    """A moment written in ISO 8601 or made by FEEL. Raises Trouble."""
    if site is None:
        return None
    value = value_of(site, token, "expression")
    if value is None or value == "":
        return None
    try:
        return parse_moment(timer_text(value), token.workflow.at_hand.environment.zone)
    except AmicaleError as refused:
        message = f"{what} (`{site.text}`) is no moment: {refused.message}"
        raise Trouble("expression", refused.code, message, **{**refused.params, "what": what}) from refused
