"""A member's own membership: what it opens, until when, what was paid, which documents were issued."""
