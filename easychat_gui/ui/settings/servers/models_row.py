"""The models of a server: which it lists, which come first, and which only the person knows of."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QPushButton, QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.domain.ids import EndpointId
from easychat_gui.ui.count_words import counted
from easychat_gui.ui.error_texts import failure_texts
from easychat_gui.ui.settings.servers.entries import models_words
from easychat_gui.ui.settings.servers.model_delegate import NOTE_ROLE, ModelDelegate
from easychat_gui.ui.settings.servers.row import FoldingRow
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.combo_box import ComboBox
from easychat_gui.ui.widgets.labels import muted, plain

ROW_HEIGHT = 30
MOST_ROWS_IN_SIGHT = 7
LONGEST_ID = 500


class ModelsRow(FoldingRow):
    """A list that can be searched, with a star for each that shall come first; other names can be added."""

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(endpoints, parent)
        self.introduce(self.tr("Models"), "serverModels", self.tr("What this server offers, and which comes first"))
        self._endpoint = Endpoint(EndpointId(""), "", "")
        self._own: tuple[str, ...] = ()
        self._favourites: tuple[str, ...] = ()
        self._default = ""
        self._shown: list[str] | None = None
        self._default_combo = ComboBox()
        self._default_combo.setObjectName("serverModel")
        self._default_combo.setAccessibleName(self.tr("Model"))
        self._default_combo.setToolTip(self.tr("The model that is asked when none is chosen"))
        self._default_combo.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._default_combo.setMinimumContentsLength(8)
        self._default_combo.activated.connect(lambda _index: self._choose_default())
        self._search = QLineEdit()
        self._search.setObjectName("modelSearch")
        self._search.setMaxLength(LONGEST_ID)
        self._search.setPlaceholderText(self.tr("Search, or type the name of another model"))
        self._search.setAccessibleName(self.tr("Search the models"))
        self._search.setToolTip(self.tr("Enter adds a name that is not in the list"))
        self._search.textChanged.connect(lambda _text: self._filter())
        self._search.returnPressed.connect(self._add_typed)
        self._add = QPushButton(self.tr("Add"))
        self._add.setObjectName("addModelButton")
        self._add.setAccessibleName(self.tr("Add the model that was typed"))
        self._add.setToolTip(self.tr("Offer this model too; servers need not list all that they have"))
        self._add.setAutoDefault(False)
        self._add.clicked.connect(self._add_typed)
        self._list = QListWidget()
        self._list.setProperty("look", "choices")
        self._list.setObjectName("modelList")
        self._list.setAccessibleName(self.tr("Models"))
        self._list.setToolTip(self.tr("A star puts a model first wherever one is chosen; Delete removes a typed one"))
        self._list.setItemDelegate(ModelDelegate(self._list))
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemChanged.connect(self._on_starred)
        self.status = muted("", -0.5)
        self.status.setWordWrap(True)
        self.status.setObjectName("serverStatus")
        self._lay_out()

    def show_endpoint(self, endpoint: Endpoint) -> None:
        if endpoint.id != self._endpoint.id:
            self._search.clear()
        self._endpoint = endpoint
        self._own, self._favourites, self._default = endpoint.own_models, endpoint.favourites, endpoint.default_model
        self._shown = None
        self.refresh()

    def applied(self, endpoint: Endpoint) -> Endpoint:
        return replace(endpoint, own_models=self._own, favourites=self._favourites, default_model=self._default)

    def refresh(self) -> None:
        listed = self.endpoints.listed_models(self._endpoint.id)
        error = self.endpoints.error(self._endpoint.id)
        ids = self._ids()
        if error is not None and not ids:
            self.show_summary(failure_texts(error.as_failure(), self._endpoint.name, has_text=False)[0].rstrip("."))
        elif not ids:
            self.show_summary(self.tr("none known yet") if listed is None else self.tr("it lists none"))
        else:
            self.show_summary(self._count_words(ids))
        self.status.setText(self._status_words())
        if self._shown is None or set(ids) != set(self._shown):  # a star moves nothing under the pointer
            self._fill(ids)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_delete = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Delete
        if watched is self._list and is_delete and event.type() == QEvent.Type.KeyPress:
            self._remove_typed()
            return True
        return False

    # What it says

    def _count_words(self, ids: list[str]) -> str:
        count = len(self._favourites)
        if not count:
            return models_words(len(ids))
        favourites = counted(count, self.tr("1 favourite"), self.tr("{count} favourites"))
        return f"{models_words(len(ids))} · {favourites}"

    def _status_words(self) -> str:
        error = self.endpoints.error(self._endpoint.id)
        listed = self.endpoints.listed_models(self._endpoint.id)
        if error is not None:
            return " ".join(failure_texts(error.as_failure(), self._endpoint.name, has_text=False))
        if not self._endpoint.is_on:
            return self.tr("It is switched off, and is not asked.")
        if listed is None:
            return self.tr("It was not asked for its models yet.")
        if not listed:
            return self.tr("It answers, but lists no models. Type the name of one that it has.")
        return self.tr("It answers and offers {models}.").format(models=models_words(len(listed)))

    def _ids(self) -> list[str]:
        listed = self.endpoints.listed_models(self._endpoint.id) or ()
        default = (self._default,) if self._default else ()
        return list(dict.fromkeys((*self._favourites, *self._own, *listed, *default)))

    # The list

    def _fill(self, ids: list[str]) -> None:
        self._shown = ids
        chosen = self._list.currentItem().text() if self._list.currentRow() >= 0 else ""
        self._list.blockSignals(True)
        self._list.clear()
        for model in ids:
            item = QListWidgetItem(model)
            item.setToolTip(model)
            item.setSizeHint(QSize(0, ROW_HEIGHT))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            is_favourite = model in self._favourites
            item.setCheckState(Qt.CheckState.Checked if is_favourite else Qt.CheckState.Unchecked)
            note = self.tr("typed") if model in self._own else ""
            item.setData(NOTE_ROLE, note)
            words = [model, *([self.tr("favourite")] if is_favourite else []), *([note] if note else [])]
            item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(words))
            self._list.addItem(item)
            if model == chosen:
                self._list.setCurrentItem(item)
        self._list.blockSignals(False)
        self._default_combo.clear()
        self._default_combo.addItem(self.tr("The first of the list"), "")
        for model in ids:
            self._default_combo.addItem(model, model)
        self._default_combo.setCurrentIndex(max(0, self._default_combo.findData(self._default)))
        self._list.setVisible(bool(ids))
        self._filter()

    def _filter(self) -> None:
        typed = self._search.text().strip()
        wanted = typed.casefold().split()
        in_sight = 0
        for row in range(self._list.count()):
            item = self._list.item(row)
            fits = all(word in item.text().casefold() for word in wanted)
            item.setHidden(not fits)
            in_sight += fits
        rows = min(MOST_ROWS_IN_SIGHT, max(1, in_sight))
        self._list.setFixedHeight(rows * ROW_HEIGHT + 2 * Space.XS + 2)
        self._add.setEnabled(bool(typed) and typed not in (self._shown or ()))

    def _on_starred(self, item: QListWidgetItem) -> None:
        model = item.text()
        others = tuple(each for each in self._favourites if each != model)
        self._favourites = (*others, model) if item.checkState() is Qt.CheckState.Checked else others
        self.show_summary(self._count_words(self._ids()))
        self.edited.emit()

    def _add_typed(self) -> None:
        typed = self._search.text().strip()
        if not typed or not typed.isprintable() or typed in self._own:
            return
        if typed not in self._ids():
            self._own = (*self._own, typed)
            self._search.clear()
            self.edited.emit()
            self.refresh()

    def _remove_typed(self) -> None:
        model = self._list.currentItem().text() if self._list.currentRow() >= 0 else ""
        if model not in self._own:
            return
        self._own = tuple(each for each in self._own if each != model)
        self._favourites = tuple(each for each in self._favourites if each != model)
        self._default = "" if self._default == model else self._default
        self.edited.emit()
        self.refresh()

    def _choose_default(self) -> None:
        self._default = str(self._default_combo.currentData() or "")
        self.edited.emit()

    def _ask_again(self) -> None:
        self.status.setText(self.tr("Asking…"))
        self.endpoints.refresh_models(self._endpoint.id)

    def _lay_out(self) -> None:
        self._list.installEventFilter(self)
        again = QPushButton(self.tr("Ask again"))
        again.setObjectName("askModelsButton")
        again.setAccessibleName(self.tr("Ask the server for its models again"))
        again.setToolTip(again.accessibleName())
        again.setProperty("look", "flat")
        again.setAutoDefault(False)
        again.clicked.connect(self._ask_again)
        top = QHBoxLayout()
        top.addWidget(self.status, 1)
        top.addWidget(again, 0, Qt.AlignmentFlag.AlignTop)
        typing = QHBoxLayout()
        typing.setSpacing(Space.S)
        typing.addWidget(self._search, 1)
        typing.addWidget(self._add)
        default = QGridLayout()
        default.setHorizontalSpacing(Space.M)
        default.addWidget(plain(self.tr("Asked first")), 0, 0)
        default.addWidget(self._default_combo, 0, 1)
        default.setColumnStretch(1, 1)
        self.body_rows.addLayout(top)
        self.body_rows.addLayout(typing)
        self.body_rows.addWidget(self._list)
        self.body_rows.addLayout(default)
