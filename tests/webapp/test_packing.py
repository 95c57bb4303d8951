"""Pages travel compressed where the browser takes it, and are the same when unpacked."""

from __future__ import annotations

import gzip

from tests.fixtures.pages import LookedAtPages
from webapp.packing import packed


def test_a_page_is_compressed_for_whoever_takes_it(client: LookedAtPages) -> None:
    plain = client.get("/sign-in")
    small = client.get("/sign-in", headers={"Accept-Encoding": "br, gzip"})
    assert (plain.headers.get("Content-Encoding"), small.headers["Content-Encoding"]) == (None, "gzip")
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in small.headers["Vary"]
    assert b"csrf_token" in gzip.decompress(small.data)
    assert len(small.data) < len(plain.data) / 2
    assert int(small.headers["Content-Length"]) == len(small.data)


def test_what_is_refused_or_tiny_or_no_page_stays_as_it_is(client: LookedAtPages) -> None:
    for headers in ({"Accept-Encoding": "gzip;q=0"}, {"Accept-Encoding": "identity"}):
        assert "Content-Encoding" not in client.get("/sign-in", headers=headers).headers


def test_the_length_tells_little() -> None:
    body = b"<p>Nothing waits for you.</p>" * 100
    made = [packed(body) for _ in range(60)]
    assert {gzip.decompress(each) for each in made} == {body}
    assert len({len(each) for each in made}) > 20
