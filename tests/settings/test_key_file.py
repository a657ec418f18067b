"""The encrypted file of keys: nothing readable in it, one sentence for each thing that can be wrong with it."""

from __future__ import annotations

import base64
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from easychat_gui.domain.errors import KeyFileDamaged, KeyFileTooNew, KeysLocked, SettingsError, WrongPassphrase
from easychat_gui.settings.key_file import USUAL_COST, Cost, KeyFile

CHEAP = Cost(n=2**4)
KEYS = {"e1": "sk-first\nsk-second", "e1/proxy": "geheim"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "keys.enc"


def made(path: Path, passphrase: str = "correct horse") -> KeyFile:
    file = KeyFile(path, cost=CHEAP)
    file.create(passphrase, KEYS)
    return file


def test_what_is_put_in_comes_back_with_the_passphrase_and_only_then(path: Path) -> None:
    made(path).put("e2", "sk-third")
    again = KeyFile(path)
    with pytest.raises(KeysLocked):
        again.entries()
    with pytest.raises(WrongPassphrase):
        again.unlock("correct house")
    assert not again.is_open
    assert again.unlock("correct horse") == {**KEYS, "e2": "sk-third"}
    again.put("e1", None)
    assert KeyFile(path).unlock("correct horse") == {"e1/proxy": "geheim", "e2": "sk-third"}


def test_its_entries_are_named_and_not_shown_before_it_is_open(path: Path) -> None:
    made(path)
    assert KeyFile(path).names() == ("e1", "e1/proxy")
    data = path.read_bytes()
    for secret in ("sk-first", "sk-second", "geheim", "correct horse"):
        spellings = (secret.encode(), base64.b64encode(secret.encode()).rstrip(b"="), secret.encode().hex().encode())
        assert not any(each in data for each in spellings)


@pytest.mark.skipif(sys.platform == "win32", reason="its rights are not those of POSIX")
def test_it_is_for_its_owner_only(path: Path) -> None:
    file = made(path)
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    file.names()
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_same_letters_in_another_spelling_open_it(path: Path) -> None:
    made(path, "Schl\N{LATIN SMALL LETTER U WITH DIAERESIS}ssel")
    assert KeyFile(path).unlock("Schlu\N{COMBINING DIAERESIS}ssel") == KEYS


@pytest.mark.parametrize("place", [0, 40, 200, 330, -20, -2])
def test_a_damaged_file_is_told_from_a_wrong_passphrase_and_left_alone(path: Path, place: int) -> None:
    made(path)
    data = bytearray(path.read_bytes())
    data[place] ^= 0x15
    path.write_bytes(data)
    with pytest.raises(KeyFileDamaged, match="damaged"):
        KeyFile(path).unlock("correct horse")
    assert path.read_bytes() == data


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"null", b"{", b"\xff\xfe", b'{"format": "easychat-gui keys"}', b"[" * 100_000, b"0" * 5000]
)
def test_what_is_no_file_of_keys_is_damaged(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(KeyFileDamaged):
        KeyFile(path).unlock("x")
    with pytest.raises(SettingsError):
        KeyFile(path).create("x", {})
    assert path.read_bytes() == content


def changed(path: Path, change: Any) -> None:
    from easychat_gui.settings.key_file import _checksum

    table = json.loads(path.read_bytes())
    del table["checksum"]
    change(table)
    path.write_text(json.dumps({**table, "checksum": _checksum(table)}))


def test_one_of_a_newer_program_is_refused_untouched(path: Path) -> None:
    made(path)
    changed(path, lambda table: table.update(version=2, kdf={"name": "something new"}))
    before = path.read_bytes()
    with pytest.raises(KeyFileTooNew, match="newer"):
        KeyFile(path).unlock("correct horse")
    assert path.read_bytes() == before


@pytest.mark.parametrize("n", [2**40, 2**17 + 1, 0, -4, "x", 2**16 * 1.0])
def test_a_cost_that_would_take_all_memory_is_not_tried(path: Path, n: Any) -> None:
    made(path)
    changed(path, lambda table: table["kdf"].update(n=n))
    with pytest.raises(KeyFileDamaged):
        KeyFile(path).unlock("correct horse")


def test_names_that_somebody_changed_do_not_open(path: Path) -> None:
    """Else a key could be passed off as that of another server."""
    made(path)
    changed(path, lambda table: table.update(names=["e9", "e1/proxy"]))
    with pytest.raises(WrongPassphrase):
        KeyFile(path).unlock("correct horse")


def test_a_full_disk_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = made(path)
    before = path.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError, match="No space left"):
        file.put("e3", "sk-new")
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["keys.enc"]


def test_what_another_program_wrote_meanwhile_is_kept(path: Path) -> None:
    file, other = made(path), KeyFile(path)
    other.unlock("correct horse")
    other.put("e7", "sk-other")
    file.put("e8", "sk-mine")
    assert KeyFile(path).unlock("correct horse") == {**KEYS, "e7": "sk-other", "e8": "sk-mine"}


def test_a_new_passphrase_takes_the_place_of_the_old_one(path: Path) -> None:
    file, other = made(path), KeyFile(path)
    other.unlock("correct horse")
    file.replace_passphrase("battery staple")
    assert KeyFile(path).unlock("battery staple") == KEYS
    with pytest.raises(WrongPassphrase):
        KeyFile(path).unlock("correct horse")
    with pytest.raises(KeysLocked):
        other.entries()


def test_one_that_cannot_be_used_goes_aside_and_is_not_deleted(path: Path) -> None:
    made(path)
    before = path.read_bytes()
    kept = KeyFile(path).set_aside()
    assert kept.read_bytes() == before
    assert not path.exists()


def test_the_passphrase_costs_what_it_should() -> None:
    """128 MiB and about half a second a guess; a weaker one must not slip in."""
    cost = USUAL_COST
    assert 128 * cost.n * cost.r >= 128 * 2**20
    assert cost.is_bearable
