"""Spelling: which words a text has, which dictionaries there are, and what they say. No Qt, no window."""
