"""Bringing chats from other programs: the dialog, its words, and the ways to it."""
