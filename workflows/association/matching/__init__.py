"""Who could accompany whom: mentors and mentees compared, ranked and put together, on numbers alone.

Nothing here reads a database. `profiles` says what is known of both sides, `exclusions` which pairs may never be,
`scoring` how well two people fit, `preferences` whom each side would rather have, `acceptance` and `assignment` how a
round is settled, `stability` what came of it, `rounds` all of that in turn, and `reasons` says it in words.
Source: domain §P3.4.
"""
