"""One act on many cases: what it would do to each, then each in a transaction of its own, with its result on record."""
