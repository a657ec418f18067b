"""Whatever is in a file: it is read or refused, and never anything else."""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from easychat_gui.domain.errors import TransferError
from easychat_gui.domain.transfer import FoundConversation, Omission
from easychat_gui.transfer.bundles import open_bundle
from easychat_gui.transfer.readers import READERS
from tests.transfer.foreign_exports import MAKERS

OF_JSON = [
    name for name in MAKERS if "database" not in name and not name.startswith("GPT4All") and name != "VividNode, old"
]
OF_BYTES = [name for name in MAKERS if name not in OF_JSON]

STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([0, -1, 10**400, 2**63, 1e308, -1e-9, float("nan"), float("inf"), "\ud800", "a\0b", "", "q", "a1"]),
    st.text(max_size=8),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.sampled_from(["id", "type", "text", "content", "messages", "x"]), st.integers(), max_size=2),
)


@contextmanager
def made(name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield MAKERS[name][1](Path(folder))


def check(path: Path) -> None:
    """Let every reader read it, and see that what they yield holds together."""
    for reader in READERS:
        told: list[Omission] = []
        with suppress(TransferError), open_bundle(path) as bundle:
            for found in reader.read(bundle, told.append) if reader.recognises(bundle) else ():
                check_conversation(found)


def check_conversation(found: FoundConversation) -> None:
    seen: set[str] = set()
    for message in found.messages:
        assert isinstance(message.key, str)
        assert isinstance(message.text, str)
        assert isinstance(message.reasoning, str)
        assert message.key not in seen
        assert message.parent_key is None or message.parent_key in seen
        seen.add(message.key)
        for file in message.files:
            with suppress(OSError, TransferError):
                assert isinstance(file.read(), bytes)
    assert seen
    assert found.leaf_key is None or found.leaf_key in seen
    assert all(
        isinstance(each, str) for each in (found.key, found.title, found.system_prompt, *found.folder, *found.tags)
    )


def changed(value: Any, draw: Any) -> Any:
    """Return a document with one of its values replaced, taken out or doubled."""
    places = list(_places(value))
    if not places:
        return draw(STRANGE)
    holder, key = draw(st.sampled_from(places))
    action = draw(st.sampled_from(["replace", "replace", "delete", "double", "swap"]))
    if action == "replace":
        holder[key] = draw(STRANGE)
    elif action == "delete":
        del holder[key]
    elif action == "double" and isinstance(holder, list):
        holder.append(holder[key])
    else:
        other_holder, other_key = draw(st.sampled_from(places))
        holder[key] = json.loads(json.dumps(other_holder[other_key]))
    return value


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    waiting = [value]
    while waiting:
        at = waiting.pop()
        keys = range(len(at)) if isinstance(at, list) else list(at) if isinstance(at, dict) else ()
        for key in keys:
            yield at, key
            waiting.append(at[key])


@pytest.mark.parametrize("name", OF_JSON)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_wrong_values_in_wrong_places(name: str, data: st.DataObject) -> None:
    with made(name) as path:
        for _ in range(data.draw(st.integers(1, 4))):
            if path.suffix == ".zip":
                _change_zip(path, data.draw)
            else:
                files = sorted([path] if path.is_file() else path.rglob("*.json*"))
                _change_file(data.draw(st.sampled_from(files)), data.draw)
        check(path)


def _change_file(path: Path, draw: Any) -> None:
    lines = path.read_text(encoding="utf-8", errors="surrogatepass").splitlines()
    try:
        values = [json.loads(line) for line in lines]
    except (ValueError, RecursionError):
        return
    text = "\n".join(json.dumps(changed(value, draw)) for value in values)
    path.write_text(text, encoding="utf-8")


def _change_zip(path: Path, draw: Any) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = draw(st.sampled_from([each for each in members if each.endswith(".json")]))
    value = changed(json.loads(members[name]), draw)
    store: Any = value.get("localStorage") if isinstance(value, dict) else None
    with suppress(ValueError, TypeError, KeyError):  # what was changed before may have no assistants any more
        inner = json.loads(store["persist:cherry-studio"])
        inner["assistants"] = json.dumps(changed(json.loads(inner["assistants"]), draw))
        store["persist:cherry-studio"] = json.dumps(inner)
    members[name] = json.dumps(value).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for each, content in members.items():
            archive.writestr(each, content)


@pytest.mark.parametrize("name", OF_BYTES)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_broken_bytes(name: str, data: st.DataObject) -> None:
    with made(name) as path:
        content = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 6))):
            at = data.draw(st.integers(0, len(content) - 1))
            if data.draw(st.booleans()):
                content[at] = data.draw(st.integers(0, 255))
            else:
                content[at : at + 4] = data.draw(
                    st.sampled_from([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff"])
                )
        if data.draw(st.booleans()):
            content = content[: data.draw(st.integers(1, len(content)))]
        path.write_bytes(content)
        check(path)


@pytest.mark.parametrize("name", MAKERS)
def test_a_file_that_ends_early(tmp_path: Path, name: str) -> None:
    path = MAKERS[name][1](tmp_path)
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    whole = {each: each.read_bytes() for each in files}
    for file, content in whole.items():
        for part in (0.1, 0.5, 0.9, 0.99):
            file.write_bytes(content[: int(len(content) * part)])
            check(path)
        file.write_bytes(content)
    shutil.rmtree(tmp_path)
