"""The client of the page tests looks at what it is given: a faulty page fails its test."""

from __future__ import annotations

import gzip

import pytest
from flask import Flask, Response, redirect

from tests.fixtures.pages import LookedAtPages, shape_of

PAGE = "<!doctype html><html{}><title>Members</title><body>{}</body></html>"
GOOD = PAGE.format(" lang=en", "<main><h1>Members</h1></main>")
FAULTY = {
    "no language": PAGE.format("", "<main><h1>Members</h1></main>"),
    "no title": GOOD.replace("Members</title>", "</title>"),
    "no main": PAGE.format(" lang=fr", "<h1>Members</h1>"),
    "0 h1": PAGE.format(" lang=fr", "<main></main>"),
    "2 h1": PAGE.format(" lang=fr", "<main><h1>Members</h1><h1>Again</h1></main>"),
    "an empty h1": PAGE.format(" lang=fr", "<main><h1> </h1></main>"),
    "id one 2 times": "<p id=one></p><p id=one></p>",
    "an inline script": "<script>1</script>",
    "an inline style on p": "<p style='color: red'></p>",
    "an inline handler onclick": "<p onclick='go()'></p>",
    "an img without alt": "<img src=/a.png>",
    "a form without CSRF token (act)": "<form method=POST action=act></form>",
    "aria-controls leads nowhere: menu": "<p aria-controls=menu></p>",
    "a input without label (age)": "<input name=age>",
    "what is typed for None is lost with the language: the button has no way for it": GOOD.replace(
        "</main>",
        "<form method=post action=/kept><input name=csrf_token type=hidden>"
        "<input name=said aria-label=said></form></main>",
    ),
    "a button before its form (typed)": "<button form=typed></button><form id=typed></form>",
}


@pytest.fixture
def client() -> LookedAtPages:
    app = Flask(__name__)
    app.test_client_class = LookedAtPages
    answers = {
        "good": lambda: GOOD,
        "away": lambda: redirect("/good"),
        "plain": lambda: Response(FAULTY["2 h1"], mimetype="text/plain"),
        "packed": lambda: Response(gzip.compress(FAULTY["2 h1"].encode()), headers={"Content-Encoding": "gzip"}),
        "refused": lambda: (FAULTY["no main"], 403),
    }
    for name, view in answers.items():
        app.add_url_rule(f"/{name}", name, view)
    app.add_url_rule("/faulty/<name>", "faulty", lambda name: FAULTY[name])
    found = app.test_client()
    assert isinstance(found, LookedAtPages)
    return found


LIKE = PAGE.format(' lang="en"', '<main><h1>{0}</h1><p id="row-{1}"><b id="row-{2}" title="{3}">{4}</b></p></main>')


def test_pages_that_differ_in_words_alone_are_of_one_shape_and_others_are_not() -> None:
    one = shape_of(LIKE.format("Members", 1, 2, "of 1", "Anna"))
    assert shape_of(LIKE.format("Donors of 2027", 7, 9, "of 5", "5 people")) == one
    for other in (
        LIKE.format("", 1, 2, "of 1", "Anna"),
        LIKE.format("&nbsp;", 1, 2, "of 1", "Anna"),
        LIKE.format("Members", 1, 1, "of 1", "Anna"),
        LIKE.format("Members", 1, 2, 'of 1" style="top: 0', "Anna"),
        LIKE.format("Members", 1, 2, "of 1", "<input>"),
        LIKE.format("Members", 1, 2, "of 1", "Anna").replace("h1>", "h2>"),
    ):
        assert shape_of(other) != one


@pytest.mark.parametrize("fault", FAULTY)
def test_each_fault_of_a_page_fails_the_test(client: LookedAtPages, fault: str) -> None:
    with pytest.raises(AssertionError) as raised:
        client.get(f"/faulty/{fault}")
    assert str(raised.value).splitlines()[0] == f"/faulty/{fault}: {fault}"
    client.head(f"/faulty/{fault}")


@pytest.mark.parametrize(("path", "fault"), [("/packed", "2 h1"), ("/refused", "no main")])
def test_a_packed_page_and_an_error_page_are_looked_at_too(client: LookedAtPages, path: str, fault: str) -> None:
    with pytest.raises(AssertionError, match=f"{path}: {fault}"):
        client.get(path)


@pytest.mark.parametrize("path", ["/good", "/away", "/plain"])
def test_a_good_page_a_redirect_and_what_is_no_page_pass(client: LookedAtPages, path: str) -> None:
    assert client.get(path).status_code in {200, 302}
