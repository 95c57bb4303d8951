"""What a deployed process tells the pages, the checks and the engine."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from engine.bpmn import read_diagram
from engine.bpmn.outcome import TaskOpened
from engine.feel import Environment
from tests.engine.bpmn.drawing import (
    boundary,
    catch,
    document,
    event,
    extended,
    flows,
    gateway,
    job,
    message,
    spec,
    start,
    sub,
    timer,
    user,
)
from tests.engine.bpmn.play import Play, values

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ENVIRONMENT = Environment(lambda: NOW, ZoneInfo("Europe/Paris"))

CHECK = extended(
    "<zeebe:userTask/>",
    '<zeebe:formDefinition formId="check" bindingType="deployment"/>',
    '<zeebe:assignmentDefinition assignee="=null" candidateGroups="DATA, REGISTRAR" candidateUsers="=[who]"/>',
    '<zeebe:taskSchedule dueDate="=now() + duration(&quot;P2D&quot;)" followUpDate="2026-12-01T10:00:00+01:00"/>',
    '<zeebe:priorityDefinition priority="=40 + 30"/>',
    '<zeebe:properties><zeebe:property name="task.deadline" value="=days + 1"/>'
    '<zeebe:property name="task.instructions" value="Look at it"/><zeebe:property name="i18n.en.name" value="Check"/>'
    '<zeebe:property name="journey.fr" value="Nous vérifions"/>'
    '<zeebe:property name="other" value="x"/></zeebe:properties>',
)


def test_a_user_task_is_opened_with_all_that_the_pages_need() -> None:
    process = spec(
        start() + f'<userTask id="check" name="Vérifier\nle diplôme">{CHECK}</userTask>' + flows("start check")
    )
    play = Play(process, who="person:1", days=2)
    opened = next(fact for fact in play.facts if isinstance(fact, TaskOpened))
    assert (opened.name, opened.assignee, opened.candidate_groups) == (
        "Vérifier le diplôme",
        None,
        ("DATA", "REGISTRAR"),
    )
    assert (opened.candidate_users, opened.priority) == (("person:1",), 70)
    assert opened.due_at == datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert opened.follow_up_at == datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert opened.form is not None
    assert (opened.form.form_id, opened.form.binding) == ("check", "deployment")
    assert opened.properties == {**values(**{"task.deadline": 3}), "task.instructions": "Look at it"}
    element = process.elements["check"]
    assert (element.name_in("en"), element.name_in("fr")) == ("Check", "Vérifier le diplôme")
    assert element.properties["journey.fr"] == "Nous vérifions"


def test_what_a_process_uses() -> None:
    decision = '<zeebe:calledDecision decisionId="route" resultVariable="r" bindingType="deployment"/>'
    body = start() + f'<userTask id="check">{CHECK}</userTask>' + job("mail.send")
    body += f'<businessRuleTask id="rule">{extended(decision)}</businessRuleTask>'
    body += f'<callActivity id="call">{extended("""<zeebe:calledElement processId="child"/>""")}</callActivity>'
    body += catch("paid", event("message", "payment_confirmed")) + flows("start check mail.send rule call paid")
    process = spec(body, message("payment_confirmed"))
    assert [(used.element, used.id, used.binding) for used in process.forms_used] == [("check", "check", "deployment")]
    assert [(used.id, used.binding) for used in process.decisions_called] == [("route", "deployment")]
    assert [(used.id, used.binding) for used in process.called_processes] == [("child", "latest")]
    assert process.job_types_used == {"mail.send": ("mail.send",)}
    assert process.messages_caught == {"payment_confirmed": ("paid",)}
    assert [element.id for element in process.user_tasks] == ["check"]


def test_the_walk_follows_the_flows_in_the_order_of_the_file() -> None:
    body = (
        start() + gateway("parallel", "f") + user("b") + user("a") + sub("s", start("i") + user("in") + flows("i in"))
    )
    body += boundary("late", "a", timer("Duration", "P1D")) + user("z") + flows("start f a s", "f b", "late z")
    assert [e.id for e in spec(body).walk()] == ["start", "f", "a", "b", "s", "late", "i", "z", "in"]


def test_start_events_tell_when_and_by_what_they_start() -> None:
    body = start() + f'<startEvent id="by_message">{event("message", "go")}</startEvent>'
    body += f'<startEvent id="daily">{timer("Cycle", "R2/2026-12-01T08:00:00[Europe/Paris]/P1M")}</startEvent>'
    body += f'<startEvent id="by_signal">{event("signal", "s")}</startEvent>' + user("a")
    body += flows("start a", "by_message a", "daily a", "by_signal a")
    roots = (
        message("go").replace('name="go"', 'name="=&quot;g&quot; + &quot;o&quot;"') + '<signal id="s" name="alarm"/>'
    )
    starts = {one.element: one for one in spec(body, roots).start_events}
    assert [starts[name].kind for name in ("start", "by_message", "daily", "by_signal")] == [
        "none",
        "message",
        "timer",
        "signal",
    ]
    assert starts["by_message"].subscription_name(ENVIRONMENT) == "go"
    assert starts["by_signal"].subscription_name(ENVIRONMENT) == "alarm"
    first = starts["daily"].firing(NOW, ENVIRONMENT)
    assert first is not None
    assert first.due_at == datetime(2026, 12, 1, 7, tzinfo=UTC)
    second = starts["daily"].firing(NOW, ENVIRONMENT, first)
    assert second is not None
    assert second.due_at == datetime(2027, 1, 1, 7, tzinfo=UTC)
    assert starts["daily"].firing(NOW, ENVIRONMENT, second) is None


def test_a_public_start_form() -> None:
    settings = extended(
        '<zeebe:properties><zeebe:property name="publicAccess" value="true"/></zeebe:properties>',
        '<zeebe:formDefinition formId="join" bindingType="deployment"/>',
    )
    process = spec(f'<startEvent id="start">{settings}</startEvent>' + user("a") + flows("start a"))
    (begin,) = process.start_events
    assert begin.is_public
    assert begin.form is not None
    assert [used.id for used in process.forms_used] == ["join"]


def test_names_properties_and_version_of_the_process() -> None:
    settings = extended(
        '<zeebe:versionTag value="2027"/>',
        '<zeebe:properties><zeebe:property name="case.title" value="=name"/>'
        '<zeebe:property name="i18n.en.name" value="Join"/></zeebe:properties>',
        '<zeebe:userTaskForm id="f1">{"type": "default"}</zeebe:userTaskForm>',
    )
    body = settings + "<documentation>Why.</documentation>" + start() + user("a") + flows("start a")
    (process,) = read_diagram(document(body, attributes='name="Adhérer"'), name="x").processes
    assert (process.name, process.names["en"], process.version_tag) == ("Adhérer", "Join", "2027")
    assert process.properties["case.title"] == "=name"
    assert process.documentation == "Why."
    assert process.embedded_forms == {"f1": '{"type": "default"}'}
