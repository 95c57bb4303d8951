"""The connectors `http.call` and `http.call_once`, and `io.camunda:http-json:1` for diagrams that exist.

Input mappings: `url`, `method` (GET), `headers`, `queryParameters`, `body`. The answer is a context of `status`,
`headers` and `body`. Task headers: `resultVariable` (a name for the answer), `resultExpression` (FEEL over the answer,
a context whose entries become variables), `errorExpression` (FEEL over the answer and `error`; `bpmnError(code,
message, variables)` goes on at the error event, `jobError(message)` fails), `retryBackoff`.

`http.call` is made at least once, with the key as `Idempotency-Key`; `http.call_once` is never repeated unseen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from engine.errors import BpmnError, WorkFailed
from engine.feel import FeelSyntaxError, Function, Value, compile_expression
from engine.feel.json import to_plain
from engine.feel.run import Run
from engine.feel.values import from_python
from engine.outside.calls import Response, call
from engine.outside.origins import Origins
from engine.registry import Connector, ConnectorWork

__all__ = ["connectors"]

CAMUNDA: Final = "io.camunda:http-json:1"
AGAIN: Final = frozenset({408, 425, 429})
LONGEST_WAIT: Final = 86_400


def connectors(origins: Origins) -> list[Connector]:
    """The connectors over these origins."""

    def work(work: ConnectorWork) -> Mapping[str, object]:
        return _work(origins, work)

    return [
        Connector("http.call", work, policy="at_least_once"),
        Connector("http.call_once", work, policy="at_most_once"),
        Connector(CAMUNDA, work, policy="at_least_once"),
    ]


def _work(origins: Origins, work: ConnectorWork) -> Mapping[str, object]:
    variables = work.variables
    method = str(variables.get("method") or "GET").upper()
    headers, body = _headers(variables, work.idempotency_key), b""
    if variables.get("body") is not None:
        said = variables["body"]
        body = said.encode() if isinstance(said, str) else json.dumps(to_plain(from_python(said))).encode()
        headers.setdefault("Content-Type", "application/json")
    response = call(origins.target(_url(variables)), method, headers, body)
    work.told["status"] = response.status
    answer = _answer(response)
    _judge(work, response, answer)
    return _results(work, answer)


def _url(variables: Mapping[str, object]) -> str:
    url, query = str(variables.get("url") or ""), variables.get("queryParameters")
    if not isinstance(query, Mapping) or not query:
        return url
    pairs = [(str(name), str(to_plain(from_python(value)))) for name, value in query.items() if value is not None]
    return url + ("&" if "?" in url else "?") + urlencode(pairs)


def _headers(variables: Mapping[str, object], key: str) -> dict[str, str]:
    given = variables.get("headers")
    said = {str(name): str(value) for name, value in given.items()} if isinstance(given, Mapping) else {}
    return {"Accept": "application/json", "User-Agent": "Amicale", "Idempotency-Key": key, **said}


def _answer(response: Response) -> dict[str, Value]:
    """The answer as FEEL sees it: a JSON body as values, any other as text."""
    text = response.body.decode("utf-8", "replace")
    body: Value = text or None
    if "json" in response.headers.get("content-type", "") and text:
        try:
            body = from_python(json.loads(text, parse_float=Decimal, parse_int=Decimal))
        except (ValueError, ArithmeticError, RecursionError) as error:
            raise WorkFailed("the answer of the system is no JSON", again=False) from error
    headers: dict[str, Value] = dict(response.headers.items())
    return {"status": Decimal(response.status), "headers": headers, "body": body}


def _judge(work: ConnectorWork, response: Response, answer: dict[str, Value]) -> None:
    """Raises what the `errorExpression` says, else WorkFailed for a status that is no success."""
    failed = not 200 <= response.status < 300
    expression = work.headers.get("errorExpression", "").strip()
    if expression:
        error: Value = {"code": str(response.status), "message": f"HTTP {response.status}"} if failed else None
        said = _evaluate(work, "errorExpression", expression, {**answer, "response": answer, "error": error})
        _raise_said(said)
    if failed:
        later = response.headers.get("retry-after", "")
        wait = timedelta(seconds=min(int(later), LONGEST_WAIT)) if later.isdigit() else None
        again = response.status in AGAIN or response.status >= 500
        raise WorkFailed(f"the system answered {response.status}", again=again, retry_after=wait)


def _raise_said(said: Value) -> None:
    if not isinstance(said, dict):
        return
    message = said.get("message")
    reason = message if isinstance(message, str) else ""
    if said.get("errorType") == "bpmnError":
        variables = said.get("variables")
        raise BpmnError(str(said.get("code")), reason, variables if isinstance(variables, dict) else None)
    if said.get("errorType") == "jobError":
        raise WorkFailed(reason or "the error expression says so")


def _results(work: ConnectorWork, answer: dict[str, Value]) -> Mapping[str, object]:
    results: dict[str, object] = {}
    name = work.headers.get("resultVariable", "").strip()
    if name:
        results[name] = answer
    expression = work.headers.get("resultExpression", "").strip()
    if expression:
        said = _evaluate(work, "resultExpression", expression, {**answer, "response": answer})
        if not isinstance(said, dict):
            raise WorkFailed("the result expression answers no context", again=False)
        results.update(said)
    return results


def _evaluate(work: ConnectorWork, header: str, text: str, over: Mapping[str, Value]) -> Value:
    try:
        expression = compile_expression(text.removeprefix("=").strip())
    except FeelSyntaxError as error:
        raise WorkFailed(f"an expression cannot be read ({header})", again=False) from error
    scope = {name: from_python(value) for name, value in work.variables.items()} | dict(over)
    known = work.engine.environment
    return expression.evaluate(scope, replace(known, functions={**known.functions, **_FUNCTIONS})).value


def _error(kind: str, code: Value, message: Value, variables: Value) -> Value:
    return {"errorType": kind, "code": code, "message": message, "variables": variables}


class _Lenient(Function):
    """A function whose last arguments may be left out."""

    __slots__ = ()

    def call(self, run: Run, arguments: list[Value]) -> Value:
        """As with all arguments, null for those that are not given."""
        lacking = len(self.parameters) - len(arguments)
        return super().call(run, arguments + [None] * max(0, lacking))


_FUNCTIONS: Final[Mapping[str, Function]] = {
    "bpmnError": _Lenient(
        "bpmnError",
        ("code", "message", "variables"),
        lambda _run, code, message, variables: _error("bpmnError", code, message, variables),
    ),
    "jobError": _Lenient("jobError", ("message",), lambda _run, message: _error("jobError", None, message, None)),
}
