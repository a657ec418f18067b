"""A sealed file gives back what went in, to its key alone, and nothing at all when a bit of it was changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from easychat_gui.storage import sealed_files
from easychat_gui.storage.attachment_files import AttachmentFiles
from easychat_gui.storage.connecting import use_key

KEY = bytes(range(32))
MEBIBYTE = 1024 * 1024


def written(path: Path, content: bytes) -> Path:
    with path.open("wb") as file:
        file.writelines(sealed_files.sealed([content[:10], content[10:]], KEY))
    return path


def opened(path: Path, key: bytes | None = KEY) -> bytes:
    return b"".join(sealed_files.content_of(path, key))


@pytest.mark.parametrize("size", [0, 1, MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1, 3 * MEBIBYTE])
def test_any_size_comes_back(tmp_path: Path, size: int) -> None:
    content = (b"heron " * (size // 6 + 1))[:size]
    path = written(tmp_path / "file", content)
    assert opened(path) == content
    assert b"heron" not in path.read_bytes()


def test_another_key_or_none_opens_nothing(tmp_path: Path) -> None:
    path = written(tmp_path / "file", b"heron")
    for key in (bytes(32), None):
        with pytest.raises(OSError, match="encrypted"):
            opened(path, key)


@pytest.mark.parametrize("place", [30, 60, -1])
def test_a_changed_bit_is_found(tmp_path: Path, place: int) -> None:
    path = written(tmp_path / "file", b"heron" * 100)
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(OSError, match="damaged"):
        opened(path)


def test_a_file_cut_between_two_pieces_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    path = written(tmp_path / "file", bytes(2 * MEBIBYTE))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) - MEBIBYTE - 16])
    with pytest.raises(OSError, match="damaged"):
        opened(path)


def test_a_file_is_sealed_and_unsealed_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"heron")
    sealed_files.recode(path, KEY, is_to_be_sealed=True)
    assert sealed_files.is_sealed(path)
    sealed_files.recode(path, KEY, is_to_be_sealed=False)
    assert path.read_bytes() == b"heron"


@pytest.fixture
def files(tmp_path: Path) -> Iterator[AttachmentFiles]:
    yield AttachmentFiles(tmp_path / "attachments")
    use_key(tmp_path, None)


def test_what_comes_in_while_chats_are_encrypted_is_never_readable_on_the_disk(
    files: AttachmentFiles, tmp_path: Path
) -> None:
    use_key(tmp_path, KEY)
    incoming = files.receive_bytes(b"heron")
    assert incoming.sha256 == hashlib.sha256(b"heron").hexdigest()
    assert b"heron" not in files.path(incoming.sha256).read_bytes()
    assert files.read(incoming.sha256) == b"heron"
    with files.readable(incoming.sha256) as path:
        assert path.read_bytes() == b"heron"
    assert not path.exists()


def test_a_conversion_that_was_broken_off_is_finished_at_the_next_start(
    files: AttachmentFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes = [files.receive_bytes(content).sha256 for content in (b"heron", b"bittern", b"egret")]
    files.place(hashes)

    def fail_at_second(path: Path, key: bytes, *, is_to_be_sealed: bool) -> None:
        if path.name == hashes[1]:
            raise OSError(28, "disk full")
        sealed_files.recode(path, key, is_to_be_sealed=is_to_be_sealed)

    with monkeypatch.context() as patch:
        patch.setattr("easychat_gui.storage.attachment_files.recode", fail_at_second)
        with pytest.raises(OSError, match="disk full"):
            files.recode_all(KEY, is_to_be_sealed=True)
    use_key(tmp_path, KEY)
    assert [files.read(each) for each in hashes] == [b"heron", b"bittern", b"egret"]
    files.settle_all(lambda _: True)
    assert all(sealed_files.is_sealed(files.path(each)) for each in hashes)
