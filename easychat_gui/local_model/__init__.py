"""The bundled model: where it lies, and the process that runs it as one more endpoint."""
