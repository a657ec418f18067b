"""Folders stand in each other, never in themselves, and none is ever out of sight."""

from __future__ import annotations

from easychat_gui.domain.folder_tree import FolderTree
from easychat_gui.domain.folders import Folder
from easychat_gui.domain.ids import FolderId


def folder(name: str, parent: str | None = None, position: int = 0) -> Folder:
    return Folder(FolderId(name), name, FolderId(parent) if parent else None, position)


def read(tree: FolderTree) -> list[str]:
    return ["  " * depth + each.name for each, depth in tree.walk()]


TREE = FolderTree(
    [folder("b", None, 1), folder("a", None, 0), folder("a2", "a", 1), folder("a1", "a", 0), folder("x", "a1")]
)


def test_read_from_top_to_bottom() -> None:
    assert read(TREE) == ["a", "  a1", "    x", "  a2", "b"]
    assert [each.name for each in TREE.path(FolderId("x"))] == ["a", "a1", "x"]
    assert TREE.within(FolderId("a")) == ["a", "a1", "x", "a2"]


def test_no_folder_is_put_into_itself_or_its_own() -> None:
    for inside in ("a", "a1", "x"):
        assert not TREE.may_stand_in(FolderId("a"), FolderId(inside))
        assert TREE.moved(FolderId("a"), FolderId(inside)) == []
    assert TREE.may_stand_in(FolderId("a"), FolderId("b"))
    assert TREE.may_stand_in(FolderId("x"), None)


def test_moving_gives_the_new_places() -> None:
    changed = TREE.moved(FolderId("b"), FolderId("a"), before=FolderId("a2"))
    others = [each for each, _ in TREE.walk() if each.id not in {one.id for one in changed}]
    assert read(FolderTree([*others, *changed])) == ["a", "  a1", "    x", "  b", "  a2"]


def test_what_damage_has_put_into_each_other_stands_at_the_top() -> None:
    tree = FolderTree([folder("a", "b"), folder("b", "a"), folder("c", "a"), folder("d", "gone")])
    assert sorted(each.strip() for each in read(tree)) == ["a", "b", "c", "d"]
