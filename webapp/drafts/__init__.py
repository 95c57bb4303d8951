"""Drafts: what a person typed into a task's form and has not sent yet, kept on the server."""
