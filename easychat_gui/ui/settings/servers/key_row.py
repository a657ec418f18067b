"""The keys of a server: typed here, kept elsewhere, and never shown again."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.controllers.keys import KeyState, is_exposed, split_keys
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.settings.secrets import Where
from easychat_gui.ui.dialogs import key_questions
from easychat_gui.ui.key_words import place_words
from easychat_gui.ui.settings.servers.row import FormRow
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.check_box import CheckBox
from easychat_gui.ui.widgets.labels import muted

DOTS = "•" * 12


class KeyRow(FormRow):
    """A field that never shows what is stored, with its place at its end.

    ``entered(keys, is_more)`` when some were typed, one a line, in the place of those that there are or besides them;
    `note_taken` empties the field. ``forgotten`` when there shall be none.
    """

    entered = Signal(str, bool)
    forgotten = Signal()

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(endpoints, parent)
        self._endpoint: Endpoint | None = None
        self._is_more = False
        self.title.setText(self.tr("Key"))
        self.edit = KeyEdit()
        self.edit.setObjectName("serverKey")
        self.edit.setAccessibleName(self.tr("Key"))
        self.edit.setToolTip(self.tr("The API key of this server; several with blanks between them take turns"))
        self.edit.editingFinished.connect(self.offer)
        self.edit.textEdited.connect(lambda _text: self.show_problem(""))
        self.menu = QMenu(self)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.edit.place.setMenu(self.menu)
        self.rows.addWidget(self.edit)
        self._exposed = CheckBox()
        self._exposed.setObjectName("serverKeyExposed")
        self._exposed.clicked.connect(self._on_exposed)
        self._exposed_words = muted("", -0.5)
        self._exposed_words.setWordWrap(True)
        self._exposure = QWidget()
        row = QHBoxLayout(self._exposure)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self._exposed)
        row.addWidget(self._exposed_words, 1)
        self._exposure.hide()
        self.rows.addWidget(self._exposure)
        endpoints.keys.changed.connect(self.refresh)

    # As every row

    def show_endpoint(self, endpoint: Endpoint) -> None:
        if self._endpoint is None or endpoint.id != self._endpoint.id:
            self.edit.forget()
            self.show_problem("")
            self._is_more = False
        self._endpoint = endpoint
        self._exposed.setChecked(endpoint.network.may_send_key_unencrypted)
        self.endpoints.keys.look(endpoint.id)
        self.refresh()

    def applied(self, endpoint: Endpoint) -> Endpoint:
        may = self._exposed.isChecked()
        return replace(endpoint, network=replace(endpoint.network, may_send_key_unencrypted=may))

    def refresh(self) -> None:
        if self._endpoint is None:
            return
        saved = self.endpoints.endpoint(self._endpoint.id)
        if saved is not None and saved != self._endpoint:
            self._endpoint = saved
            self._exposed.setChecked(saved.network.may_send_key_unencrypted)
        state = self.endpoints.keys.state(self._endpoint.id)
        self._show_state(state)
        self._show_exposure(has_key=bool(state is not None and state.count != 0))

    def focus_problem(self) -> None:
        self.edit.setFocus()

    # What was typed

    def offer(self) -> None:
        """Hand on what stands in the field, if it can be a key."""
        keys = split_keys(self.edit.text())
        if not keys:
            self._is_more = False
            self.refresh()
            return
        if not all(key.isascii() and key.isprintable() for key in keys):
            self.show_problem(
                self.tr("A key has only Latin letters, digits and signs: see whether all of it is right.")
            )
            return
        self.entered.emit("\n".join(keys), self._is_more)

    def note_taken(self) -> None:
        """What stood in the field is on its way to where keys are kept."""
        self.edit.forget()
        self.show_problem("")
        self._is_more = False

    # What is shown

    def _show_state(self, state: KeyState | None) -> None:
        count = (state.count or 0) if state is not None else 0
        is_stored = state is not None and state.count != 0
        if self._is_more:
            self.edit.setPlaceholderText(self.tr("Another key"))
        else:
            self.edit.setPlaceholderText(DOTS if is_stored else self.tr("None"))
        self.edit.show_stored(is_stored=is_stored and not self._is_more)
        if state is None or state.count == 0:
            words = ""
        elif state.is_locked:
            words = self.tr("locked")
        elif state.problem:
            words = self.tr("keyring locked")
        else:
            words = place_words(self.endpoints.keys.where if state.is_stored else Where.SESSION, count)
        self.edit.show_place(words)
        self.edit.setAccessibleDescription(words)

    def _show_exposure(self, *, has_key: bool) -> None:
        endpoint = self._endpoint
        is_shown = endpoint is not None and is_exposed(endpoint) and (has_key or self._exposed.isChecked())
        if endpoint is not None and is_shown:
            words = self.tr("Send the key to {host} without encryption. Everyone on the way could read it.")
            words = words.format(host=key_questions.host_of(endpoint))
            self._exposed_words.setText(words)
            self._exposed.setAccessibleName(words)
            self._exposed.setToolTip(self.tr("Without this, a server that is reached over plain http gets no key"))
        self._exposure.setVisible(is_shown)

    # What can be done

    def _fill_menu(self) -> None:
        menu, keys = self.menu, self.endpoints.keys
        menu.clear()
        state = self.endpoints.keys.state(self._endpoint.id) if self._endpoint is not None else None
        window = self.window()
        if keys.where is Where.FILE and state is not None and state.is_locked:
            menu.addAction(self.tr("Unlock…"), lambda: key_questions.unlock(window, keys, self.refresh))
            return
        if state is not None and state.count:
            menu.addAction(self.tr("Add another key"), self._begin_another)
            words = self.tr("Forget the key") if state.count == 1 else self.tr("Forget all keys of this server")
            menu.addAction(words, self.forgotten.emit)
            menu.addSeparator()
        self._add_places(menu)
        if keys.where is Where.FILE:
            menu.addSeparator()
            menu.addAction(
                self.tr("Change the passphrase…"), lambda: key_questions.replace_passphrase(window, keys)
            ).setEnabled(state is None or not state.is_locked)

    def _add_places(self, menu: QMenu) -> None:
        keys, window = self.endpoints.keys, self.window()
        places = [
            (Where.KEYRING, self.tr("Keep keys in the system keyring")),
            (Where.FILE, self.tr("Keep keys in an encrypted file…")),
            (Where.SESSION, self.tr("Keep keys only until the program ends")),
        ]
        for where, words in places:
            action = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(keys.where is where)
            action.setEnabled(keys.where is not where and (where is not Where.KEYRING or keys.has_keyring))
            action.triggered.connect(lambda _on, where=where: key_questions.move(window, keys, where))

    def _begin_another(self) -> None:
        self._is_more = True
        self.refresh()
        self.edit.setFocus()

    def _on_exposed(self, is_on: bool) -> None:  # noqa: FBT001 - a slot
        endpoint = self._endpoint
        if endpoint is None or not is_on:
            self.edited.emit()
            return

        def refuse() -> None:
            self._exposed.setChecked(False)

        key_questions.ask_to_send_readable(self.window(), key_questions.host_of(endpoint), self.edited.emit, refuse)


class KeyEdit(QLineEdit):
    """Shows dots, and at its end a button with the place of what is stored."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self._words = ""
        self.place = QPushButton(self)
        self.place.setObjectName("serverKeyPlace")
        self.place.setProperty("look", "place")
        self.place.setAutoDefault(False)
        self.place.setCursor(Qt.CursorShape.ArrowCursor)
        self.show_place("")

    def forget(self) -> None:
        """Empty the field for good: after `clear` Undo would bring a key back, even that of another server."""
        self.setText("")

    def show_place(self, words: str) -> None:
        self._words = words
        name = self.tr("What can be done with keys")
        self.place.setAccessibleName(f"{words}. {name}" if words else name)
        self.place.setToolTip(name)
        self._fit()

    def show_stored(self, *, is_stored: bool) -> None:
        """Let the dots of a stored key look like those of a typed one."""
        look = "stored" if is_stored else ""
        if self.property("look") != look:
            self.setProperty("look", look)
            self.style().unpolish(self)
            self.style().polish(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = max(0, self.width() * 2 // 3 - 2 * Space.L)
        words = self.place.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room)
        self.place.setText(f"{words}  ▾" if words else "▾")
        width = self.place.sizeHint().width()
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.place.setGeometry(1 if is_mirrored else self.width() - width - 1, 1, width, self.height() - 2)
        self.setTextMargins(width if is_mirrored else 0, 0, 0 if is_mirrored else width, 0)
