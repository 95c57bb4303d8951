"""The sandbox: drafts run in earnest beside the house, in a database of their own with made-up people, on virtual time.

A scenario is told in sentences (Gherkin); the same sentences are what a run by hand leaves behind.
"""
