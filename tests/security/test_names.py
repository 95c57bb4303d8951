"""Names that mean something elsewhere (corpus D): as variables, as questions of a form, as what a browser sends."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.datastructures import MultiDict

from engine import commands
from engine.errors import Invalid
from engine.transaction import transaction
from forms import FormRefused, bind, read_form
from tests.fixtures.diagrams import ONE_TASK, THREE_TASKS, end, message, process, start, user_task
from tests.fixtures.engines import CLERK, Bench
from tests.forms.drawn import component, form
from tests.forms.expressions import evaluate
from tests.security.corpora import HARMLESS_NAMES, RESERVED_NAMES

WAITING = process(
    "waiting",
    [start(), '<receiveTask id="receive" messageRef="m1"/>', user_task("look"), end()],
    ["begin -> receive", "receive -> look", "look -> done"], top=[message("m1", "go", "key")],
)  # fmt: skip


def test_no_way_in_takes_a_reserved_name(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(ONE_TASK, WAITING)
    case, waiting = it.start("one_task"), it.start("waiting", {"key": "k"})
    for name in RESERVED_NAMES:
        with pytest.raises(Invalid):
            it.start("one_task", {name: 1})
        with pytest.raises(Invalid):
            it.do(case, "check", {name: 1})
        with pytest.raises(Invalid), transaction(it.engine) as session:
            commands.set_variables(session, it.engine, case, {name: 1}, by=CLERK)
        with pytest.raises(Invalid), transaction(it.engine) as session:
            commands.correlate_message(session, it.engine, "go", "k", {name: 1}, source="s", by=CLERK)
    assert it.variables(case) == {}
    assert it.variables(waiting) == {"key": "k"}
    assert list(it.open(case)) == ["check"]


def test_names_of_functions_and_modules_are_names_like_any_other(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(THREE_TASKS)
    case = it.start("three_tasks")
    given = dict.fromkeys(HARMLESS_NAMES, "x")
    it.do(case, "first", given)
    assert it.variables(case) == given


@pytest.mark.parametrize(
    "key", ["__builtins__", "__class__", "a.__class__.b", "typename", "_x", "a b", "1st", "a..b", ""]
)
def test_a_form_with_such_a_question_is_refused(key: str) -> None:
    with pytest.raises(FormRefused):
        read_form(form(component("textfield", key)))


def test_what_no_question_asked_is_not_an_answer() -> None:
    read = read_form(form(component("textfield", "asked"), component("textfield", "address.city")))
    sent: MultiDict[str, str] = MultiDict(
        [("asked", "yes"), ("address.city", "Lyon"), ("status", "ACCEPTED"), ("address.owner", "me"), ("address", "x"),
         ("__class__", "x"), ("asked.deep", "x"), ("asked[0]", "x"), ("typename", "x"), ("dues", "0")]
    )  # fmt: skip
    bound = bind(read, language="fr", values={"status": "OPEN"}, submitted=sent, evaluate=evaluate)
    assert bound.validate()
    assert bound.variables() == {"asked": "yes", "address": {"city": "Lyon"}}


@pytest.mark.parametrize(
    "groups", ["MEMBERSHIP,A,A,MEMBERSHIP", "=[&quot;MEMBERSHIP&quot;, &quot;A&quot;, &quot;A&quot;]"]
)
def test_a_candidate_named_twice_is_one_candidate(bench: Callable[..., Bench], groups: str) -> None:
    it = bench()
    it.deploy(
        process(
            "twice", [start(), user_task("look", groups=groups, users="x,x"), end()], ["begin -> look", "look -> done"]
        )
    )
    assert it.do(it.start("twice"), "look").ended
