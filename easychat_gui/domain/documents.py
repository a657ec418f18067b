"""How the text of attachments stands in a message that goes to a model.

Each document is wrapped in tags that name it, before the person's own words: the form that the makers of models
advise (documents first, tagged, the question last). What stands inside a document is data and may be hostile: the tag
is chosen so that nothing inside can close it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence

from easychat_gui.domain.attachments import Attachment, Cut, Details, Unit

_TAG = "document"
_LOOKS_LIKE_TAG = re.compile(r"<\s*/?\s*" + _TAG, re.IGNORECASE)

_UNITS = {Unit.PAGE: "pages", Unit.SHEET: "sheets", Unit.SLIDE: "slides"}


def sent_text(text: str, attachments: Sequence[Attachment], shown: Collection[str] = ()) -> str:
    """Return the text that is sent for a message: its documents, then what the person wrote.

    ``shown`` are the hashes of the pictures that go with it. A picture that does not is named, so that the model knows
    what the person speaks of.
    """
    documents = [each for each in attachments if not each.is_picture]
    tag = _safe_tag([each.text for each in documents] + [text])
    parts = [_tagged(each, tag) for each in documents]
    parts += [_absent(each) for each in attachments if each.is_picture and each.sha256 not in shown]
    return "\n\n".join([*parts, text] if text else parts)


def _tagged(attachment: Attachment, tag: str) -> str:
    attributes = [f'name="{_attribute(attachment.name)}"']
    details = attachment.details
    if details.unit is not None and details.count is not None:
        attributes.append(f'{_UNITS[details.unit]}="{details.count}"')
    if note := _note(details):
        attributes.append(f'note="{note}"')
    return f"<{tag} {' '.join(attributes)}>\n{attachment.text.strip()}\n</{tag}>"


def _note(details: Details) -> str:
    """Say what is not in the text, so that the model does not take a part for the whole."""
    if details.cut is None:
        return ""
    if details.cut is Cut.CHARACTERS or details.unit is None or not details.read:
        return "only the beginning"
    total = "" if details.count is None else f" of {details.count}"
    return f"only the first {details.read}{total} {_UNITS[details.unit]}"


def _absent(attachment: Attachment) -> str:
    return f'[The picture "{_attribute(attachment.name)}" is not shown to this model.]'


def _safe_tag(texts: Sequence[str]) -> str:
    """Return a tag that none of the texts contains: with digits of their own hash where the plain one might be."""
    if not any(_LOOKS_LIKE_TAG.search(text) for text in texts):
        return _TAG
    digest = hashlib.sha256("\0".join(texts).encode("utf-8", "replace")).hexdigest()
    return f"{_TAG}-{digest[:16]}"


def _attribute(name: str) -> str:
    printable = "".join(each if each.isprintable() else " " for each in name)
    return printable.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
