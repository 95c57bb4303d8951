"""Dump and load: every value and every wait survives, in a new process too; forged states are refused."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from engine.bpmn import Case, StateUnreadable, TokenGone
from tests.engine.bpmn.drawing import (
    boundary,
    catch,
    event,
    flows,
    gateway,
    many,
    message,
    spec,
    start,
    sub,
    timer,
    user,
)
from tests.engine.bpmn.play import DeskHost, Play, values

SOME_ID = "0123456789abcdef0123456789abcdef"  # fixed: parametrised ids must be the same in every worker
LOOP = start() + gateway("exclusive", "g") + user("a") + flows("start g a g")


def test_values_keep_their_types() -> None:
    kept = {
        "number": Decimal("0.10"), "text": "Zoé\u2028", "yes": True, "nothing": None, "day": date(2026, 11, 23),
        "moment": datetime(2026, 11, 23, 9, tzinfo=UTC), "length": timedelta(days=1), "list": [1, {"a": [2]}],
    }  # fmt: skip
    play = Play(spec(start() + user("a") + flows("start a")), stored=True, **kept)
    assert play.variables == values(**kept)


def test_a_user_task_loop_stays_small() -> None:
    play = Play(spec(LOOP), stored=True, n=0)
    sizes = []
    for turn in range(200):
        play.complete("a", n=turn)
        sizes.append(len(play.case.dump()))
    assert max(sizes) - min(sizes) < 10
    assert len(play.case.tokens) == 1


def test_everything_that_waits_is_found_again() -> None:
    body = start() + gateway("parallel", "f") + user("a", inner=many("[1, 2]")) + gateway("eventBased", "e")
    body += (
        catch("mc", event("message", "m")) + catch("t", timer("Duration", "P1D")) + gateway("parallel", "j") + user("z")
    )
    body += (
        sub("s", start("i") + user("b") + flows("i b")) + boundary("r", "s", timer("Cycle", "R/P1D"), False) + user("c")
    )
    body += flows("start f a j z", "f e mc j", "e t", "f s j", "r c")
    play = Play(spec(body, message("m")), key="k")
    before = play.case.tokens
    play.case = Case.load(play.spec, play.case.dump())
    assert play.case.tokens == before
    play.stored = True
    play.fire("r").complete("a").deliver("mc").complete("b")
    play.complete("a").complete("c").complete("z")
    assert play.ended


def test_a_new_process_goes_on() -> None:
    body = start() + user("a", inner=many("[1, 2]", output=("all", "item"))) + user("b") + flows("start a b")
    play = Play(spec(body))
    program = (
        "import sys\n"
        "from engine.bpmn import Case\n"
        "from tests.engine.bpmn.drawing import spec\n"
        "from tests.engine.bpmn.play import DeskHost\n"
        "body, state = sys.stdin.read().split('\\x00')\n"
        "case = Case.load(spec(body), state)\n"
        "host = DeskHost()\n"
        "for view in case.tokens:\n"
        "    if view.kind == 'task':\n"
        "        case.complete_task(view.id, {}, host)\n"
        "print([view.element for view in case.tokens], case.variables['all'])\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], input=f"{body}\0{play.case.dump()}", capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "['b'] [Decimal('1'), Decimal('2')]"


def _forged(change: object) -> str:
    stored = json.loads(Play(spec(LOOP)).case.dump())
    return json.dumps({**stored, **change} if isinstance(change, dict) else change)


@pytest.mark.parametrize(
    "state",
    [
        "", "[]", "null", "{}", _forged({"codec": 2}), _forged({"codec": "1"}), _forged({"tokens": []}),
        _forged({"tokens": [{"i": "x", "n": "a", "s": 8}]}),
        _forged({"tokens": [{"i": SOME_ID, "n": "nowhere", "s": 8}]}),
        _forged({"tokens": [{"i": SOME_ID, "n": "(process)", "s": 3}]}),
        _forged({"tokens": [{"i": SOME_ID, "n": "a", "s": 8}]}), "__import__('os').system('true')",
        _forged({"tokens": [{"i": SOME_ID, "n": "(process)", "s": 16, "v": {"x": {"typename": "os"}}}]}),
        "[" * 100_000,
    ],
)  # fmt: skip
def test_forged_states_are_refused(state: str) -> None:
    with pytest.raises(StateUnreadable):
        Case.load(spec(LOOP), state)


def test_a_token_that_waits_no_more_is_gone() -> None:
    play = Play(spec(start() + user("a") + user("b") + flows("start a b")))
    token = play.token("a")
    play.complete("a")
    host = DeskHost()
    for verb in (play.case.complete_task, play.case.complete_job, play.case.deliver, play.case.complete_call):
        with pytest.raises(TokenGone):
            verb(token, {}, host)
    with pytest.raises(TokenGone):
        play.case.fire_timer(play.token("b"), host)
    with pytest.raises(TokenGone):
        play.case.retry(play.token("b"), host)


def test_cancel_ends_everything() -> None:
    play = Play(
        spec(start() + user("a") + boundary("t", "a", timer("Duration", "P1D")) + flows("start a")), stored=True
    ).cancel()
    assert play.ended
    assert play.case.tokens == ()
    assert [type(fact).__name__ for fact in play.facts][-1] == "CaseEnded"
