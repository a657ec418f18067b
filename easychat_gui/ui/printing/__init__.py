"""Printing: the preview and the dialog around it."""
