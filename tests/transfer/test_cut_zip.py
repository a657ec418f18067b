"""Downloads that broke off, and zips with a bad part: what is there is brought, and the rest is told."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest

from easychat_gui.domain.errors import TransferError
from easychat_gui.domain.transfer import NotRead
from easychat_gui.transfer import bundles
from easychat_gui.transfer.bundles import open_bundle
from tests.transfer.exports import PNG, gpt_chat, gpt_node, read_all, write_json, write_zip

CHATS = 60


class _NoWayBack(io.BytesIO):
    """A file that cannot be gone back in: what is written to it tells lengths behind the members."""

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise OSError


def chats() -> list[dict[str, Any]]:
    noise = random.Random(5)
    return [
        gpt_chat([gpt_node("q", "root", text=f"{number} {noise.randbytes(400).hex()}")], f"c{number}")
        for number in range(CHATS)
    ]


def zip_of(tmp_path: Path, *, is_streamed: bool) -> bytes:
    path = write_json(tmp_path / "conversations.json", chats())
    target = _NoWayBack() if is_streamed else io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("file-Ab1-boat.png", PNG)
        archive.write(path, "conversations.json")
        archive.writestr("user.json", "{}")
    return target.getvalue()


@pytest.mark.parametrize("is_streamed", [False, True])
@pytest.mark.parametrize("part", [0.4, 0.8])
def test_of_a_zip_that_was_cut_the_chats_before_the_cut_are_read(
    tmp_path: Path, part: float, is_streamed: bool
) -> None:
    whole = zip_of(tmp_path, is_streamed=is_streamed)
    cut = tmp_path / "export.zip"
    cut.write_bytes(whole[: int(len(whole) * part)])
    found, told = read_all(cut)
    assert [each.key for each in found] == [f"c{number}" for number in range(len(found))]
    assert CHATS * part * 0.8 < len(found) < CHATS
    assert [(each.why, each.where) for each in told] == [(NotRead.DAMAGED, f"conversations.json, {len(found) + 1}")]
    assert "the file ends in the middle" in told[0].details
    with open_bundle(cut) as bundle:
        assert bundle.entries["file-Ab1-boat.png"].read() == PNG


@pytest.mark.parametrize("is_streamed", [False, True])
def test_a_zip_without_its_list_is_read_whole(tmp_path: Path, is_streamed: bool) -> None:
    whole = zip_of(tmp_path, is_streamed=is_streamed)
    cut = tmp_path / "export.zip"
    cut.write_bytes(whole[: whole.index(b"PK\x01\x02")])
    found, told = read_all(cut)
    assert (len(found), told) == (CHATS, [])


def test_a_cut_picture_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    cut = write_zip(tmp_path / "export.zip", {"conversations.json": chats(), "file-Ab1.png": PNG + bytes(900)})
    content = cut.read_bytes()
    cut.write_bytes(content[: content.index(b"file-Ab1.png") + 40])
    with open_bundle(cut) as bundle, pytest.raises(TransferError, match="not there as a whole"):
        bundle.entries["file-Ab1.png"].read()


def test_a_bomb_without_its_list_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "RATIO_COUNTS_FROM_BYTES", 1000)
    cut = write_zip(tmp_path / "bomb.zip", {"conversations.json": b"[" + b" " * 4_000_000 + b"]"})
    content = cut.read_bytes()
    cut.write_bytes(content[: content.index(b"PK\x01\x02")])
    with pytest.raises(TransferError):
        open_bundle(cut)


def test_a_bad_part_of_a_zip_costs_what_stands_in_it(tmp_path: Path) -> None:
    whole = bytearray(zip_of(tmp_path, is_streamed=False))
    middle = len(whole) // 2
    whole[middle : middle + 4] = b"\xff" * 4
    path = tmp_path / "export.zip"
    path.write_bytes(whole)
    found, told = read_all(path)
    assert len(found) > CHATS * 0.3
    assert {each.why for each in told} == {NotRead.DAMAGED}
