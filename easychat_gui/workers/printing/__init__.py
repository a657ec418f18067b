"""Conversations on paper: set in type on a worker's thread, for PDF files, for printers and for the preview."""
