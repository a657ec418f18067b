"""Text out of documents, read by a child process. Knows nothing of Qt, and nothing of the rest but `domain`."""

READER_ARGUMENT = "--run-document-reader"
"""The hidden argument that makes ``easychat-gui`` the child which reads one document."""
