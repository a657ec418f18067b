"""Small things that know nothing of chat: folders, log, clock, marks."""
