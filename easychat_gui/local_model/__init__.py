"""The bundled model: where it lies, and the process that runs it as one more endpoint."""

CHILD_ARGUMENT = "--run-local-model-engine"
"""The hidden argument that makes ``easychat-gui`` that process. A frozen program has no other Python to start."""
