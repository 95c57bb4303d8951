"""People: each brings cases to their end over HTTP, and repeats what was not answered under the same request key."""

from __future__ import annotations

import http.client
import json
import random
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

SECONDS = 1.0
Story = Iterator[None]  # yields where it has to wait


@dataclass(slots=True)
class Person:
    """Asks any of the web processes until one answers."""

    ports: Sequence[int]
    chance: random.Random
    answered: Callable[[], None]
    refused: list[str] = field(default_factory=list)

    def ask(self, path: str, **asked: str) -> Any:
        """The answer, or None where there was none; a refusal of what must be possible is remembered."""
        connection = http.client.HTTPConnection("127.0.0.1", self.chance.choice(self.ports), timeout=SECONDS)
        try:
            connection.request("POST", path, json.dumps(asked))
            response = connection.getresponse()
            said = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()
        if response.status == 409:
            self.refused.append(f"{path} {asked}: {said}")
        return said if response.status == 200 else None

    def until(self, path: str, **asked: str) -> Iterator[None]:
        """Repeats a request until it is answered; a second identical one goes with some of them."""
        while True:
            answer = self.ask(path, **asked)
            if answer is not None:
                self.answered()
                if self.chance.random() < 0.1:
                    self.ask(path, **asked)
                return answer
            yield

    def do(self, case: str, element: str, label: str) -> Iterator[None]:
        """Completes a task as soon as it is there."""
        task = yield from self.until("/task", case=case, element=element)
        yield from self.until("/complete", task=task, element=element, label=label)

    def case(self, label: str) -> Story:
        """One case, all by the same person."""
        case = yield from self.until("/start", label=label)
        yield from self.do(case, "ask", label)
        yield from self.until("/publish", label=label)
        first, second = self.chance.sample(["left", "right"], 2)
        halves = deque([self.do(case, first, label), self.do(case, second, label)])
        while halves:
            half = halves.popleft()
            try:
                next(half)
            except StopIteration:
                continue
            halves.append(half)
            yield
        yield from self.do(case, "close", label)


def live(ports: Sequence[int], labels: Sequence[str], seed: int, answered: Callable[[], None]) -> list[str]:
    """Brings all cases to their end, in turns; answers what was refused. Each answer is told to `answered`."""
    person = Person(ports, random.Random(seed), answered)
    stories = deque(person.case(label) for label in labels)
    while stories:
        story = stories.popleft()
        try:
            next(story)
        except StopIteration:
            continue
        stories.append(story)
        time.sleep(0.02)
    return person.refused
