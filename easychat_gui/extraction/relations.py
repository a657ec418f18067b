"""Which part of an Office document a relation id of another part means."""

from __future__ import annotations

import posixpath

from easychat_gui.extraction.packed_xml import START, PackedDocument


def targets(document: PackedDocument, part: str) -> dict[str, str]:
    """Return the names of the parts that this one refers to, by their ids. Links out of the document are left out."""
    folder, name = posixpath.split(part)
    result = {}
    for what, element, attributes in document.events(f"{folder}/_rels/{name}.rels"):
        if what == START and element == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            full = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            result[attributes.get("Id", "")] = posixpath.normpath(full)
    return result
