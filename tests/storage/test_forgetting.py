"""What was to be forgotten is in no file any more, and what was to stay is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.errors import DatabaseDamaged, StorageError
from easychat_gui.domain.forgetting import Part
from easychat_gui.domain.ids import ConversationId, PresetId
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.domain.presets import Preset
from easychat_gui.storage import encryption, forgetting, salvage
from easychat_gui.storage.connecting import use_key
from easychat_gui.storage.store import Store
from easychat_gui.support.paths import DataPaths

ID = ConversationId("c1")
KEY = bytes(range(32))
SECRET, PRESET, WORD = "the heron flies at nine", "Ornithologist", "kittiwake"


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    """A folder in which everything has been used."""
    paths = DataPaths(tmp_path / "data")
    store = Store.open(paths.database)
    store.conversations.save(Conversation(ID, "Birds", draft=SECRET))
    store.messages.add(new_message(ID, Role.USER, SECRET))
    store.presets.save(Preset(PresetId("p"), PRESET))
    for folder in (paths.backups, paths.attachments / "ab", paths.logs):
        folder.mkdir(parents=True)
        (folder / "file.db").write_text(SECRET)
    for name in ("easychat.damaged-20260101-000000.db", "easychat.damaged-20260101-000000.db-wal", "search.db"):
        (paths.root / name).write_text(SECRET)
    paths.own_words.write_text(WORD)
    paths.settings.write_text('system_prompt = "Say birds"')
    store.close()
    return paths


def everything_in(folder: Path) -> bytes:
    return b"\n".join(file.name.encode() + file.read_bytes() for file in folder.rglob("*") if file.is_file())


def texts_in(paths: DataPaths) -> list[str]:
    store = Store.open(paths.database, paths.root / "none")
    try:
        return [message.text for message in store.messages.of_conversation(ID)]
    finally:
        store.close()


def presets_in(paths: DataPaths) -> list[str]:
    store = Store.open(paths.database, paths.root / "none")
    try:
        return [preset.name for preset in store.presets.all()]
    finally:
        store.close()


def test_chats_leave_no_word_and_presets_stay(paths: DataPaths) -> None:
    forgetting.wish(paths, [Part.CHATS])
    assert forgetting.carry_out(paths)
    assert SECRET.encode() not in everything_in(paths.root)
    assert presets_in(paths) == [PRESET]
    assert paths.own_words.exists()
    assert paths.settings.exists()
    assert not forgetting.carry_out(paths)


def test_presets_go_and_chats_stay(paths: DataPaths) -> None:
    forgetting.wish(paths, [Part.WRITING_AIDS])
    assert forgetting.carry_out(paths)
    left = everything_in(paths.root)
    assert PRESET.encode() not in left
    assert WORD.encode() not in left
    store = Store.open(paths.database)
    assert [message.text for message in store.messages.of_conversation(ID)] == [SECRET]
    store.close()


def test_all_parts_leave_an_empty_folder_behind(paths: DataPaths) -> None:
    forgetting.wish(paths, list(Part))
    assert forgetting.carry_out(paths)
    assert [file.name for file in paths.root.iterdir()] == ["easychat.db"]
    assert presets_in(paths) == []


@pytest.mark.parametrize("moment", ["copy_readable", "old removed", "renamed"])
def test_an_end_in_the_middle_is_made_good_at_the_next_start(
    paths: DataPaths, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    forgetting.wish(paths, [Part.CHATS])
    with monkeypatch.context() as patch:
        if moment == "copy_readable":
            patch.setattr(salvage, "copy_readable", die)
        elif moment == "old removed":
            patch.setattr(Path, "rename", die)
        else:
            patch.setattr(forgetting, "_remove", die)
        with pytest.raises(Killed):
            forgetting.carry_out(paths)
    assert forgetting.carry_out(paths)
    assert SECRET.encode() not in everything_in(paths.root)
    assert presets_in(paths) == [PRESET]


def test_a_damaged_database_is_forgotten_too(paths: DataPaths) -> None:
    content = bytearray(paths.database.read_bytes())
    content[4096 : 4096 + 2000] = b"\xff" * 2000
    paths.database.write_bytes(content)
    forgetting.wish(paths, [Part.CHATS])
    assert forgetting.carry_out(paths)
    assert SECRET.encode() not in everything_in(paths.root)


@pytest.mark.parametrize("note", [b"[", b"", b'["chats", "the weather"]'])
def test_a_wish_that_cannot_be_read_forgets_nothing(paths: DataPaths, note: bytes) -> None:
    paths.forgetting.write_bytes(note)
    assert not forgetting.carry_out(paths)
    assert texts_in(paths) == [SECRET]
    assert presets_in(paths) == [PRESET]
    assert not paths.forgetting.exists()


def test_chats_that_were_to_stay_and_are_damaged_are_left_for_a_recovery(paths: DataPaths) -> None:
    content = bytearray(paths.database.read_bytes())
    content[4096:] = b"\xff" * len(content[4096:])
    paths.database.write_bytes(content)
    forgetting.wish(paths, [Part.SETTINGS, Part.WRITING_AIDS])
    with pytest.raises(DatabaseDamaged):
        forgetting.carry_out(paths)
    assert paths.database.read_bytes() == content
    assert paths.backups.exists()


@pytest.fixture
def locked(paths: DataPaths) -> Iterator[DataPaths]:
    """The same folder, encrypted, as a new process finds it."""
    encryption.turn_on(paths.database, paths.backups, KEY)
    paths.database_key.write_text("sealed")
    use_key(paths.root, None)
    yield paths
    use_key(paths.root, None)


@pytest.mark.parametrize("part", list(Part))
def test_what_stays_waits_for_the_passphrase(locked: DataPaths, part: Part) -> None:
    forgetting.wish(locked, [part])
    assert not forgetting.carry_out(locked)
    assert locked.settings.exists() == (part is not Part.SETTINGS)
    use_key(locked.root, KEY)
    forgetting.carry_out_rest(locked)
    assert texts_in(locked) == ([] if part is Part.CHATS else [SECRET])
    assert presets_in(locked) == ([] if part is Part.WRITING_AIDS else [PRESET])
    assert not locked.forgetting.exists()


def test_all_parts_need_no_passphrase_and_leave_none(locked: DataPaths) -> None:
    forgetting.wish(locked, list(Part))
    assert forgetting.carry_out(locked)
    assert [file.name for file in locked.root.iterdir()] == ["easychat.db"]
    assert texts_in(locked) == []


def test_what_cannot_be_removed_is_tried_again(paths: DataPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> None:
        raise PermissionError(13, "held by another program")

    forgetting.wish(paths, [Part.CHATS])
    with monkeypatch.context() as patch:
        patch.setattr(forgetting, "_remove", refuse)
        with pytest.raises(StorageError, match="held by another program"):
            forgetting.carry_out(paths)
    assert forgetting.wished(paths) == {Part.CHATS}
    assert forgetting.carry_out(paths)
