"""What a process keeps in memory: a version is parsed once, and neither versions nor cases are kept without bound."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from engine.definitions import definition
from engine.engine import EngineSettings
from engine.models import ProcessDefinition
from engine.transaction import reading
from tests.fixtures.diagrams import end, process, start, user_task
from tests.fixtures.engines import Bench


def test_versions_are_parsed_once_and_kept_within_bounds(bench: Callable[..., Bench]) -> None:
    it = bench(settings=EngineSettings(definitions=3, live_cases=2))
    for number in range(5):
        elements = [start(), user_task("ask"), end()]
        it.deploy(process(f"p{number}", elements, ["begin -> ask", "ask -> done"]))
    with reading(it.engine) as session:
        for id_ in session.scalars(select(ProcessDefinition.id)):
            found = definition(session, it.engine, id_)
            assert definition(session, it.engine, id_) is found
            assert len(it.engine.definitions.entries) <= 3
    cases = [it.start("p0") for _ in range(5)]
    assert len(it.engine.live_cases.cases) <= 2
    for case in cases:  # what fell out of memory is read again
        assert it.do(case, "ask").ended
    assert not it.engine.live_cases.cases
