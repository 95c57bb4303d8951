"""Imports from a page: who brings which files in, what they would do, and how they are taken back."""
