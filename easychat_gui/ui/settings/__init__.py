"""The settings dialog: a frame, and one module a page."""
