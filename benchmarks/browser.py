"""A browser without a screen: one kept connection, cookies, forms with their hidden fields."""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from urllib.parse import urlencode
from uuid import UUID

from tests.fixtures.staff import PASSWORD
from webapp.inbox.routes import TURN

HIDDEN = re.compile(r'name="(csrf_token|request_key)" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and after how many seconds. `location`: where it leads to, or what it stands for."""

    status: int
    text: str
    location: str
    seconds: float


@dataclass(slots=True)
class Browser:
    """One person's browser on one web process."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    connection: HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, form: Mapping[str, str]) -> Answer:
        return self._ask("POST", path, urlencode(form))

    def turn(self, path: str, form: Mapping[str, str]) -> Answer:
        """Sends a form as a page does that turns in place: what follows comes in the answer, its address with it."""
        return self._ask("POST", path, urlencode(form), {TURN: "1"})

    def _ask(self, method: str, path: str, body: str | None, more: Mapping[str, str] | None = None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **(more or {})}
        headers["Accept-Encoding"] = "gzip"  # as browsers ask
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.port}"}
        begun = time.perf_counter()
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        came = response.read()
        seconds = time.perf_counter() - begun
        text = (gzip.decompress(came) if response.headers.get("Content-Encoding") == "gzip" else came).decode()
        for line in response.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Answer(response.status, text, _place(response), seconds)

    def sign_in(self, address: str) -> None:
        """With the password. Raises RuntimeError where that is refused."""
        hidden = dict(HIDDEN.findall(self.get("/sign-in/password").text))
        answer = self.post("/sign-in/password", {**hidden, "email": address, "password": PASSWORD})
        if answer.status != 303:
            raise RuntimeError(f"{address} could not sign in: {answer.status}")

    def open(self, task: UUID) -> tuple[Answer, dict[str, str]]:
        """The page of a task, and the hidden fields of its form."""
        page = self.get(f"/tasks/{task}?tab=queue")
        return page, dict(HIDDEN.findall(page.text))


def _place(response: HTTPResponse) -> str:
    return response.headers.get("Location") or response.headers.get("Content-Location") or ""
