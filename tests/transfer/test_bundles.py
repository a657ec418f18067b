from __future__ import annotations

import io
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from easychat_gui.domain.errors import TransferError
from easychat_gui.transfer import bundles, entries
from easychat_gui.transfer.bundles import open_bundle
from tests.transfer.exports import write_zip


def test_a_file_a_folder_and_a_zip_look_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "Chats.JSON").write_text("[1]")
    archive = write_zip(tmp_path / "export.zip", {"inner/Chats.JSON": "[1]", "__MACOSX/inner/._Chats.JSON": "junk"})
    for chosen in (folder, archive):
        with open_bundle(chosen) as bundle:
            assert [entry.name for entry in bundle] == ["inner/Chats.JSON"]
            entry = bundle.called("chats.json")[0]
            assert (entry.read(), entry.suffix, entry.folders, entry.size) == (b"[1]", ".json", ("inner",), 3)
            assert entry.first_item == 1
    with open_bundle(folder / "inner" / "Chats.JSON") as bundle:
        assert bundle.is_single
        assert [entry.name for entry in bundle.of_json()] == ["Chats.JSON"]


def test_names_that_lead_out_of_a_zip_lead_nowhere(tmp_path: Path) -> None:
    archive = write_zip(tmp_path / "evil.zip", {"../../evil.json": "[1]", "/etc/x.json": "[2]"})
    with open_bundle(archive) as bundle:
        assert [entry.read() for entry in bundle] == [b"[1]", b"[2]"]
        with bundle.entries["../../evil.json"].on_disk() as path:
            assert path.name == "file"
        assert not path.exists()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["evil.zip"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text("[]")
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "link.json").symlink_to(tmp_path / "secret.json")
    (folder / "up").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(folder / "pipe.json")
    assert not list(open_bundle(folder))
    with pytest.raises(TransferError):
        open_bundle(folder / "pipe.json")


def test_a_zip_around_a_zip_is_read_through(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("conversations.json", "[1]")
    outer = write_zip(tmp_path / "outer.zip", {"more/export-1.zip": inner.getvalue(), "more/report.html": "<p>"})
    (tmp_path / "folder" / "more").mkdir(parents=True)
    (tmp_path / "folder" / "more" / "export-1.zip").write_bytes(inner.getvalue())
    for path in (outer, tmp_path / "folder"):
        with open_bundle(path) as bundle:
            assert bundle.open_zips()
            assert bundle.entries["more/export-1/conversations.json"].read() == b"[1]"


def test_a_zip_in_a_folder_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "export.zip").write_bytes(b"PK\x03\x04 no more")
    with open_bundle(tmp_path) as bundle, pytest.raises(TransferError, match=r"export\.zip cannot be read"):
        bundle.open_zips()


def test_a_zip_with_a_password_says_so(tmp_path: Path) -> None:
    content = bytearray(write_zip(tmp_path / "export.zip", {"conversations.json": "[1]"}).read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    (tmp_path / "export.zip").write_bytes(content)
    with pytest.raises(bundles.PasswordProtected):
        open_bundle(tmp_path / "export.zip")


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "RATIO_COUNTS_FROM_BYTES", 100_000)
    archive = write_zip(tmp_path / "bomb.zip", {"conversations.json": b"0" * 1_000_000})
    with open_bundle(archive) as bundle, pytest.raises(TransferError, match="far more"):
        bundle.entries["conversations.json"].read()


def test_what_is_too_large_or_damaged_is_refused_with_a_sentence(tmp_path: Path) -> None:
    archive = write_zip(tmp_path / "a.zip", {"a.json": os.urandom(5000)})
    with open_bundle(archive) as bundle, pytest.raises(TransferError, match="too large"):
        bundle.entries["a.json"].read(largest=10)
    content = bytearray(archive.read_bytes())
    content[300:400] = bytes(100)
    archive.write_bytes(content)
    with open_bundle(archive) as bundle, pytest.raises(TransferError, match="cannot be read"):
        bundle.entries["a.json"].read()
    archive.write_bytes(content[:1000])
    with open_bundle(archive) as bundle, pytest.raises(TransferError, match="not there as a whole"):
        bundle.entries["a.json"].read()
    archive.write_bytes(content[:20])
    with pytest.raises(TransferError):
        open_bundle(archive)
    with pytest.raises(TransferError):
        open_bundle(tmp_path / "missing")


def test_bytes_that_were_read_are_counted(tmp_path: Path) -> None:
    archive = write_zip(tmp_path / "a.zip", {"a.json": "[1, 2]", "b.png": b"12345"})
    with open_bundle(archive) as bundle:
        bundle.entries["a.json"].read()
        assert (bundle.bytes_read, bundle.bytes_in_all) == (6, 6)


def test_large_beginnings_of_many_files_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "KEPT_SAMPLE_BYTES", 1_000)
    archive = write_zip(tmp_path / "a.zip", {"large.json": [{"a": "x" * 2_000}], "small.json": [{"a": "x"}]})
    with open_bundle(archive) as bundle:
        large, small = bundle.entries["large.json"], bundle.entries["small.json"]
        assert large.first_item == {"a": "x" * 2_000}
        assert large.first_items is not large.first_items
        assert small.first_items is small.first_items


def test_the_copy_of_a_zip_in_a_zip_goes_with_the_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []

    @contextmanager
    def folder() -> Iterator[Path]:
        with tempfile.TemporaryDirectory(dir=tmp_path) as name:
            made.append(Path(name))
            yield Path(name)

    monkeypatch.setattr(bundles, "folder_on_disk", folder)
    inner = write_zip(tmp_path / "inner.zip", {"conversations.json": [1]}).read_bytes()
    with open_bundle(write_zip(tmp_path / "outer.zip", {"inner.zip": inner})) as bundle:
        assert bundle.open_zips()
        assert bundle.entries["inner/conversations.json"].read() == b"[1]"
        assert made[0].exists()
    assert not made[0].exists()
