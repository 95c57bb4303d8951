"""Messages that the diagram itself publishes: in files that are not for Camunda 8, where a throw event is no job."""

from __future__ import annotations

import json

from engine.bpmn.activities import JobTask, Result
from engine.bpmn.evaluation import key_text, text_of
from engine.bpmn.outcome import ServiceCall
from engine.bpmn.tokens import Token
from engine.feel.values import Value

__all__ = ["MessageThrow"]


class MessageThrow(JobTask):
    """A send task, a message throw or end event. What is local to it (its inputs) is the payload.

    The job type `message.publish` has the names and keys of its messages in the header `messages`, as JSON.
    """

    def work(self, token: Token) -> Result | None:
        job, event = self.element.job, self.element.event
        if job is None or event is None or not job.publishes:
            return super().work(token)
        messages = [
            {"name": text_of(one.name, token, "the name of the message"), "key": key_text(one.key, token)}
            for one in event.each
            if one.name is not None
        ]
        headers = {"messages": json.dumps(messages, ensure_ascii=False)}
        carried: dict[str, Value] = {**token.sight(), "variables": dict(token.locals or {})}
        call = ServiceCall(token.id, self.element.id, "message.publish", headers, 3, carried)
        return self.answered(token, call, token.workflow.at_hand.serve(call))
