from __future__ import annotations

from pathlib import Path

import pytest

from easychat_gui.domain.exports import Scope, Wanted
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.domain.transfer import FoundConversation, NotRead, Source
from easychat_gui.storage.records import RecordReader
from easychat_gui.storage.store import Store
from easychat_gui.transfer.bundles import open_bundle
from easychat_gui.transfer.exporting import Progress, export
from easychat_gui.transfer.formats import Format, Job, Layout, Options
from easychat_gui.transfer.markdown_chat import write
from easychat_gui.transfer.readers import reader_of
from easychat_gui.transfer.words import Words
from tests.transfer.conftest import AddChat
from tests.transfer.exports import read_all
from tests.transfer.test_importing import Importer


def read_text(tmp_path: Path, text: str, name: str = "My chat.md") -> FoundConversation:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    found, told = read_all(path)
    assert len(found) == 1, told
    return found[0]


def texts(found: FoundConversation) -> list[tuple[Role, str]]:
    return [(each.role, each.text) for each in found.messages]


HELLO = [(Role.USER, "Hi there"), (Role.ASSISTANT, "Hello.\n\n## A heading of mine\n\nBye.")]
BODY = "Hello.\n\n## A heading of mine\n\nBye."


@pytest.mark.parametrize(
    "text",
    [
        f"# Boats\n\n## User\n\nHi there\n\n## Assistant\n\n{BODY}\n",
        f"# Boats\n\n**You:**\n\nHi there\n\n**ChatGPT:**\n\n{BODY}\n",
        f"# Boats\n\n**You:** Hi there\n\n**Assistant:** {BODY}",
        f"# Boats\n\n#### You:\nHi there\n\n#### ChatGPT:\n{BODY}\n",
        f"# Boats\n\n##### You said:\n\nHi there\n\n##### ChatGPT said:\n\n{BODY}\n",
        f"# Boats\n\n### Human (2024-01-01 10:00)\n\nHi there\n\n---\n\n### Claude 3 Opus\n\n{BODY}\n\n---\n",
        f"# Boats\n\n## 🧑 Prompt:\nHi there\n\n## 🤖 Response:\n{BODY}\n",
        f"# Boats\r\n\r\n## User\r\n\r\nHi there\r\n\r\n## Assistant\r\n\r\n{BODY}\r\n",
        f"# Boats\n\nUser: Hi there\n\nAssistant: {BODY}",
    ],
)
def test_turns_are_told_by_who_speaks(tmp_path: Path, text: str) -> None:
    found = read_text(tmp_path, text)
    assert texts(found) == HELLO
    assert (found.source, found.title) == (Source.MARKDOWN, "Boats")
    assert found.messages[1].parent_key == found.messages[0].key


def test_code_is_no_turn(tmp_path: Path) -> None:
    code = "````md\n## User\n\n```\nx\n```\n## Assistant\n````"
    found = read_text(tmp_path, f"## User\n\n{code}\n\n## Assistant\n\n{code}\n")
    assert texts(found) == [(Role.USER, code), (Role.ASSISTANT, code)]
    assert found.title == "My chat"


def test_the_head_tells_title_and_date(tmp_path: Path) -> None:
    found = read_text(tmp_path, "---\ntitle: 'Sails'\ndate: 2024-05-01T10:00:00Z\n---\n\n## Me\n\nHi\n\n## AI\n\nYes\n")
    assert (found.title, found.created_at) == ("Sails", 1714557600.0)


def test_a_single_note_is_one_message(tmp_path: Path) -> None:
    found = read_text(tmp_path, "# Shopping\n\nMilk, **bread**.\n")
    assert texts(found) == [(Role.USER, "# Shopping\n\nMilk, **bread**.")]


def test_notes_in_a_folder_are_no_chats(tmp_path: Path) -> None:
    folder = tmp_path / "Vault"
    (folder / "Work").mkdir(parents=True)
    (folder / "Work" / "chat.md").write_text("## User\n\nHi\n\n## Assistant\n\nYes\n")
    (folder / "note.md").write_text("# Milk\n\n**You** need milk.")
    found, told = read_all(folder)
    assert [(each.title, each.folder) for each in found] == [("chat", ("Work",))]
    assert [(each.why, each.where) for each in told] == [(NotRead.UNKNOWN_CONTENT, "note.md")]


def test_other_text_is_nobodys(tmp_path: Path) -> None:
    for name, content in (("a.txt", b"Dear diary"), ("b.md", b"\x00\x01"), ("c.md", b"  \n")):
        path = tmp_path / name
        path.write_bytes(content)
        with open_bundle(path) as bundle:
            assert reader_of(bundle) is None


def test_our_own_form_comes_back_whole(store: Store, add_chat: AddChat, tmp_path: Path) -> None:
    id_ = ConversationId("0" * 31 + "1")
    messages = add_chat(id_, "Boats", "Hi\r\n\r\n## User\n", "```\nunclosed", "And?", system_prompt="Be\n\nkind.")
    other = new_message(id_, Role.ASSISTANT, "Another version", parent_id=messages[0].id, reasoning="Hm.\n\nYes.")
    store.messages.add(other)
    job = Job(Wanted(Scope.ALL), Format.MARKDOWN, Words(), Options(branches=True), Layout.FOLDER)
    with RecordReader(store.path, store.path.parent / "attachments") as reader:
        path = export(job, reader, tmp_path / "all", write, Progress(lambda _share: None, lambda: False)).path
    (found,) = read_all(path)[0]
    assert sorted(each.text for each in found.messages) == sorted(each.text for each in [*messages, other])
    assert (found.key, found.title, found.system_prompt) == (id_, "Boats", "Be\n\nkind.")
    assert found.leaf_key == messages[-1].id
    assert [each.reasoning for each in found.messages if each.text == "Another version"] == ["Hm.\n\nYes."]
    report = Importer(store).bring(path)
    assert (report.added, report.extended, report.known) == ([], [], 1)


def test_a_text_in_utf_16_is_read(tmp_path: Path) -> None:
    path = tmp_path / "chat.md"
    path.write_bytes(
        "# Лодки\r\n\r\n## User\r\n\r\nЧто плавает?\r\n\r\n## Assistant\r\n\r\nДерево.\r\n".encode("utf-16")
    )
    found, _ = read_all(path)
    assert (found[0].title, [each.text for each in found[0].messages]) == ("Лодки", ["Что плавает?", "Дерево."])


@pytest.mark.parametrize(
    "text",
    [
        "##### **You said:**\nHi\n###### **ChatGPT said:**\nHello",
        "# Gemini chat\n\n## 👤 You\n\nHi\n\n## ✨ Gemini\n\nHello",
        "# Claude Code Session\n\n### 👤 User\n\nHi\n\n---\n\n### 🤖 Assistant\n\nHello",
        "## 用户\n\nHi\n\n## 助手\n\nHello",
        "### ユーザー\n\nHi\n\n### アシスタント\n\nHello",
        "**나:**\n\nHi\n\n**어시스턴트:**\n\nHello",
        ">[!nexus_user] **User** - 2025/02/11 at 10:00\n> Hi\n\n>[!nexus_agent] **Assistant** - 2025/02/11\n> Hello",
    ],
)
def test_more_forms_of_others_are_known(tmp_path: Path, text: str) -> None:
    path = tmp_path / "chat.md"
    path.write_text(text, encoding="utf-8")
    found, _ = read_all(path)
    assert [(each.role, each.text) for each in found[0].messages] == [(Role.USER, "Hi"), (Role.ASSISTANT, "Hello")]


def test_a_model_in_brackets_is_its_name(tmp_path: Path) -> None:
    path = tmp_path / "chat.md"
    path.write_text("## User\n\nHi\n\n## Assistant (gpt-4o)\n\nHello\n\n## Assistant (2025)\n\nYo", encoding="utf-8")
    found, _ = read_all(path)
    assert [each.model_id for each in found[0].messages] == ["", "gpt-4o", ""]


def test_a_heading_in_an_answer_is_no_turn(tmp_path: Path) -> None:
    path = tmp_path / "chat.md"
    path.write_text("## User\n\nHi\n\n## Assistant\n\nHello\n\n### Prompt\n\nmore\n\n### System\n\nx", encoding="utf-8")
    found, _ = read_all(path)
    assert [each.text for each in found[0].messages] == ["Hi", "Hello\n\n### Prompt\n\nmore\n\n### System\n\nx"]
