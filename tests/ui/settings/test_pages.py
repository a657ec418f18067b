"""Every setting can be set: it stands on exactly one page, which shows it and gives it back."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from easychat_gui.controllers.backups import BackupController
from easychat_gui.domain.conversations import ContextPolicy
from easychat_gui.domain.generation import GenerationParams
from easychat_gui.settings.schema import (
    SETTINGS,
    Appearance,
    Backups,
    Context,
    General,
    Mirror,
    SendKey,
    Settings,
    Spelling,
    ThemeChoice,
    TitleChoice,
)
from easychat_gui.ui.settings.data.backup_section import BackupSection
from easychat_gui.ui.settings.data.mirror_section import MirrorSection
from easychat_gui.ui.settings.data.page import DataPage
from easychat_gui.ui.settings.data.trash_section import TrashSection
from easychat_gui.ui.settings.generation_page import GenerationPage
from easychat_gui.ui.settings.network_page import NetworkPage
from easychat_gui.ui.settings.page import Page
from easychat_gui.ui.settings.simple_pages import AboutPage, AppearancePage, GeneralPage, ShortcutsPage
from easychat_gui.ui.settings.writing_page import WritingPage
from easychat_gui.ui.widgets.combo_box import ComboBox

CHOSEN_ELSEWHERE = {
    "general.default_endpoint_id",
    "general.default_model",
    "general.keys_for_session",
    "context.windows",
}
"""By the model menu of the window, beside a server's key, and in the popup of the gauge."""

OTHER = Settings(
    general=General(send_key=SendKey.CTRL_ENTER, trash_days=7, auto_titles=TitleChoice.OFF),
    appearance=Appearance(theme=ThemeChoice.DARK, zoom=1.5),
    spelling=Spelling(is_on=False, languages=("sv_SE", "xx")),
    generation=GenerationParams(
        temperature=None,
        top_p=0.25,
        presence_penalty=-1.5,
        frequency_penalty=1.75,
        max_tokens=99,
        seed=7,
        stop=("END",),
        stream=False,
        response_format={"type": "json_object"},
        logprobs=True,
        reasoning_effort="low",
        extra={"top_k": 40},
    ),
    system_prompt="Be brief.",
    context=Context(policy=ContextPolicy.KEEP_FIRST),
    mirror=Mirror(is_on=True, folder="/somewhere"),
    backups=Backups(is_on=False, days=3, weeks=2, months=1),
)


class QuietBackups(QObject):
    """As much of `BackupController` as the page asks before anybody presses a button."""

    changed = Signal()
    is_busy = is_checking = False
    problem = checkup = None

    def read_list(self, *_: object) -> None:
        pass

    back_up_now = check_now = save_as_file = read_list


@pytest.fixture
def pages(qtbot: QtBot, tmp_path: Path) -> list[Page]:
    made = [
        GeneralPage(),
        AppearancePage(),
        WritingPage(),
        GenerationPage(),
        DataPage(tmp_path, [BackupSection(cast("BackupController", QuietBackups())), TrashSection(), MirrorSection()]),
        ShortcutsPage(),
        AboutPage(),
    ]
    for page in made:
        qtbot.addWidget(page)
    return made


@pytest.mark.parametrize("key", [each.key for each in SETTINGS if each.key not in CHOSEN_ELSEWHERE])
def test_a_setting_stands_on_one_page(pages: list[Page], key: str) -> None:
    (setting,) = [each for each in SETTINGS if each.key == key]
    assert setting.value_in(OTHER) != setting.value_in(Settings()), "this test must know another value for it"
    holders = []
    for page in pages:
        page.show_settings(OTHER)
        if setting.value_in(page.apply_to(Settings())) == setting.value_in(OTHER):
            holders.append(type(page).__name__)
    assert len(holders) == 1


def test_what_is_only_looked_at_comes_back_as_it_was(pages: list[Page]) -> None:
    settings = OTHER
    for page in pages:
        page.show_settings(OTHER)
        settings = page.apply_to(settings)
    assert settings == OTHER


def test_reset_brings_back_the_defaults_of_its_page_only(pages: list[Page]) -> None:
    for page in pages:
        page.show_settings(page.reset(OTHER))
        changed = page.apply_to(OTHER)
        others = [each for each in pages if each is not page and each.can_reset]
        for other in others:
            other.show_settings(changed)
            assert other.apply_to(changed) == changed


def test_every_choice_shows_that_it_is_one(pages: list[Page], qtbot: QtBot) -> None:
    """Qt's own box has no arrow under this style sheet, and takes the wheel that was meant for the page."""
    network = NetworkPage()
    qtbot.addWidget(network)
    boxes = [box for page in (*pages, network) for box in page.findChildren(QComboBox)]
    assert boxes
    assert [box.accessibleName() for box in boxes if not isinstance(box, ComboBox)] == []
