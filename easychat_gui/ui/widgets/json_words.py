"""The sentence for what is wrong with JSON that somebody types."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from easychat_gui.domain.typed_json import JsonFault, UnusableJson


def json_words(error: UnusableJson) -> str:
    """Return one sentence."""
    if error.fault is JsonFault.NO_SCHEMA and error.name:
        pattern = QCoreApplication.translate("Json", "“{name}” must be a schema.")
    else:
        pattern = _sentences()[error.fault]
    return pattern.format(name=error.name, line=error.line, column=error.column)


def _sentences() -> dict[JsonFault, str]:
    say = QCoreApplication.translate
    return {
        JsonFault.NOT_JSON: say("Json", "Line {line}, character {column}: this is no JSON."),
        JsonFault.QUOTES: say("Json", "Line {line}, character {column}: JSON wants straight double quotes."),
        JsonFault.COMMA: say("Json", "Line {line}, character {column}: there is a comma too many."),
        JsonFault.UNFINISHED: say("Json", "It is not finished: something is still open at the end."),
        JsonFault.TWICE: say("Json", "“{name}” stands there twice."),
        JsonFault.NO_NUMBER: say("Json", "There is a number that JSON does not know."),
        JsonFault.NO_OBJECT: say("Json", "It must be names with values, in braces."),
        JsonFault.NOT_FREE: say("Json", "“{name}” is set by the chat itself and cannot stand here."),
        JsonFault.TOO_DEEP: say("Json", "It is nested too deeply."),
        JsonFault.TOO_LONG: say("Json", "It is longer than can be sent as a parameter."),
        JsonFault.NO_SCHEMA: say("Json", "Write the JSON schema that an answer shall follow."),
        JsonFault.NO_TYPE: say("Json", "“{name}” is no type of JSON Schema."),
        JsonFault.NOT_REQUIRABLE: say("Json", "“{name}” is required, but is none of the properties."),
        JsonFault.NO_REFERENCE: say("Json", "“{name}” leads nowhere in this schema."),
    }
