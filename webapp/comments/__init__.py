"""Comments: what staff tell each other about a case, in rows that can be erased."""
