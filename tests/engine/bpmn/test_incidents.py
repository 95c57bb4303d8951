"""What cannot go on stands still, is told once, and goes on by a retry without doing anything twice."""

from __future__ import annotations

from engine.bpmn.outcome import Done, IncidentRaised, IncidentResolved
from tests.engine.bpmn.drawing import extended, flows, job, many, mapping, script, spec, start, user, when
from tests.engine.bpmn.play import DeskHost, Play, values

CHOICE = (
    start() + user("a") + user("b") + user("c") + flows("start a") + when("a", "b", "x = 1") + when("a", "c", "x=2")
)
CHECKED = start() + user("a", inner=many("[1, 2]", output=("rs", "assert(r, r != null)"))) + flows("start a")


def _open_incidents(play: Play) -> int:
    return len(play.of(IncidentRaised)) - len(play.of(IncidentResolved))


def test_an_activity_with_no_flow_to_take_stands_still() -> None:
    play = Play(spec(CHOICE), stored=True, x=5).complete("a")
    assert play.incidents() == [("a", "no_flow_true")]
    play.set(x=2).retry("a")
    assert play.open() == ["c"]


def test_an_output_that_was_written_is_not_written_again_by_a_retry() -> None:
    body = start() + user("a", mapping(outputs={"n": "=n + 1"})) + user("b") + flows("start a") + when("a", "b", "x")
    play = Play(spec(body), stored=True, n=0).complete("a")
    assert play.incidents() == [("a", "unknown_name")]
    play.set(x=True).retry("a")
    assert play.open() == ["b"]
    assert play.variables["n"] == 1


def test_instances_map_their_outputs_before_they_are_collected() -> None:
    body = start() + job(
        "w", mapping(outputs={"result": "=status"}), inner=many("[1, 2]", output=("results", "result"))
    )
    host = DeskHost(handlers={"w": lambda call: Done(values(status=f"s{call.variables['loopCounter']}"))})
    play = Play(spec(body + user("b") + flows("start w b")), host)
    assert play.variables["results"] == ["s1", "s2"]
    assert "result" not in play.variables


def test_an_output_element_that_fails_is_collected_by_the_retry() -> None:
    play = Play(spec(CHECKED + user("z") + flows("a z")), stored=True).complete("a").complete("a", r=7)
    assert len(play.incidents()) == 1
    play.set(r=5).retry("a")
    assert play.open() == ["z"]
    assert play.variables["rs"] == [5, 7]
    assert _open_incidents(play) == 0


def test_every_instance_has_its_own_incident() -> None:
    play = Play(spec(CHECKED), stored=True).complete("a").complete("a")
    assert _open_incidents(play) == 2
    play.set(r=1).retry("a").retry("a")
    assert play.ended
    assert _open_incidents(play) == 0


def test_a_completion_condition_is_asked_again_by_the_retry() -> None:
    body = start() + user("a", inner=many("[1, 2]", sequential=True, until="stop")) + flows("start a")
    play = Play(spec(body), stored=True).complete("a")
    assert play.incidents() == [("a", "unknown_name")]
    play.set(stop=True).retry("a")
    assert play.ended
    assert play.entered().count("a") == 2  # the body and one instance


def test_a_loop_condition_is_asked_again_by_the_retry() -> None:
    marker = "<standardLoopCharacteristics><loopCondition>again</loopCondition></standardLoopCharacteristics>"
    play = Play(spec(start() + user("a", inner=marker) + flows("start a")), stored=True).complete("a")
    assert play.incidents() == [("a", "unknown_name")]
    play.set(again=False).retry("a")
    assert play.ended


def test_an_incident_never_shows_a_value() -> None:
    secret = "0612345678"
    body = start() + user("a") + user("b") + flows("start a") + when("a", "b", "secret")
    told = Play(spec(body), secret=secret).complete("a").of(IncidentRaised)
    body = start() + '<userTask id="u"><extensionElements><zeebe:assignmentDefinition candidateGroups="=[secret, 1]"/>'
    body += "</extensionElements></userTask>" + flows("start u")
    told += Play(spec(body), secret=secret).of(IncidentRaised)
    assert len(told) == 2
    assert secret not in repr(told)


def test_a_candidate_is_told_once() -> None:
    body = start() + '<userTask id="u"><extensionElements><zeebe:userTask/>'
    body += '<zeebe:assignmentDefinition candidateGroups="A,B,B,A" candidateUsers="=[&quot;x&quot;,&quot;x&quot;]"/>'
    opened = Play(spec(body + "</extensionElements></userTask>" + flows("start u"))).facts
    found = [(fact.candidate_groups, fact.candidate_users) for fact in opened if hasattr(fact, "candidate_groups")]
    assert found == [(("A", "B"), ("x",))]


def test_a_correction_is_written_to_the_innermost_scope_that_has_the_name() -> None:
    inner = start("s") + script("sum", "total", "assert(n, n > 0) + 1") + flows("s sum")
    part = f'<subProcess id="part">{extended(mapping({"n": "=0"}))}{inner}</subProcess>'
    play = Play(spec(start() + part + flows("start part")), n=1, stored=True)
    assert [element for element, _ in play.incidents()] == ["sum"]
    play.case.correct(play.token("sum", "incident"), values(n=5, other=7), play.host)
    play.retry("sum")
    assert play.ended
    assert play.variables == {"n": 1, "total": 6, "other": 7}
