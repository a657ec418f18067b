"""The conversation: a view that lays out and paints only what is seen, and keeps no more than that."""
