"""Tags and the chats that have them, without a window."""

from __future__ import annotations

import pytest

from easychat_gui.controllers.notifier import Notifier
from easychat_gui.controllers.tags import TagController
from easychat_gui.controllers.undos import Undos
from easychat_gui.domain.folders import Tag
from easychat_gui.domain.ids import ConversationId, TagId
from easychat_gui.qtmodels.conversations import ConversationListModel

pytestmark = pytest.mark.usefixtures("qapp")

A, B = ConversationId("a"), ConversationId("b")
WORK, HOME = Tag(TagId("w"), "Work"), Tag(TagId("h"), "Home")


@pytest.fixture
def undos() -> Undos:
    return Undos(Notifier())


@pytest.fixture
def tags(undos: Undos) -> TagController:
    """Two tags, of which one is on a chat; what would be written is not."""
    made = TagController(ConversationListModel(), lambda _job: None, undos)
    made.take([WORK, HOME], {A: (WORK.id,)})
    return made


def test_no_two_tags_have_one_name_whatever_its_case_and_blanks(tags: TagController) -> None:
    assert tags.save(Tag(TagId(""), " wORK ")) is None
    assert tags.save(HOME.with_(name="work")) is None
    assert tags.save(Tag(TagId(""), "  ")) is None
    assert tags.save(WORK.with_(name="WORK")) is not None, "its own name in another case"
    assert [each.name for each in tags.all] == ["WORK", "Home"]


def test_taking_back_takes_a_tag_only_from_the_chats_that_got_it(tags: TagController, undos: Undos) -> None:
    tags.put([A, B], WORK.id, is_on=True)
    assert tags.of(B) == (WORK.id,)
    undos.take_back()
    assert (tags.of(A), tags.of(B)) == ((WORK.id,), ())


def test_a_deleted_tag_comes_back_with_its_chats(tags: TagController, undos: Undos) -> None:
    tags.delete(WORK.id)
    assert (tags.all, tags.of(A)) == ([HOME], ())
    undos.take_back()
    assert WORK in tags.all
    assert tags.of(A) == (WORK.id,)
