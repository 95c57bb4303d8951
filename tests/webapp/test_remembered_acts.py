"""Which acts the next pages offer to undo."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask import Flask, session

from webapp.inbox.undoing import JUST_DONE, REMEMBERED, just_done


def test_an_act_that_a_cookie_cannot_hold_is_not_cut_in_two(app: Flask) -> None:
    first, many = [uuid4()], [UUID(int=number) for number in range(REMEMBERED + 1)]
    with app.test_request_context():
        just_done(first)
        assert session[JUST_DONE] == [[first[0].hex]]
        just_done(many[:REMEMBERED])
        assert [len(act) for act in session[JUST_DONE]] == [REMEMBERED]
        just_done(many)
        assert session[JUST_DONE] == [], "neither a part of it nor what was done before it"
