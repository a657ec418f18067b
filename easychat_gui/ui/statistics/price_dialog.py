"""What models cost: a row for each that has answered, and is not the bundled one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from easychat_gui.domain.endpoints import Price
from easychat_gui.domain.ids import EndpointId
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.labels import faint, heading, muted, plain
from easychat_gui.ui.widgets.spin_boxes import AmountSpin

Place = tuple[EndpointId, str]
"""A model of a server."""

MOST_SHOWN = 320


class PriceDialog(QDialog):
    """`prices` are what stands in the fields; a row with neither price is none."""

    def __init__(self, rows: Sequence[tuple[Place, str, Price | None]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("priceDialog")
        self.setWindowTitle(self.tr("Prices"))
        self.setAccessibleName(self.tr("Prices"))
        self._fields: dict[Place, tuple[AmountSpin, AmountSpin, QLineEdit]] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.M)
        column.addWidget(heading(self.tr("Prices"), 2.0))
        note = muted(
            self.tr("For a million tokens. All answers are counted at these, whatever they cost when they were given.")
        )
        note.setWordWrap(True)
        column.addWidget(note)
        column.addWidget(self._table(rows), 1)
        buttons = QHBoxLayout()
        buttons.addStretch()
        cancel = text_button(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        save = text_button(self.tr("Save"), look="primary", name="savePrices")
        save.setDefault(True)
        save.clicked.connect(self.accept)
        buttons.addWidget(cancel)
        buttons.addWidget(save)
        column.addLayout(buttons)
        self.setMinimumWidth(560)

    def prices(self) -> dict[Place, Price | None]:
        found: dict[Place, Price | None] = {}
        for place, (into, out, currency) in self._fields.items():
            price = Price(into.value(), out.value(), currency.text().strip())
            found[place] = price if price.input or price.output else None
        return found

    def _table(self, rows: Sequence[tuple[Place, str, Price | None]]) -> QWidget:
        if not rows:
            return muted(self.tr("No model of a server in your list has answered in this time."))
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, Space.M, 0)
        grid.setHorizontalSpacing(Space.S)
        for number, words in enumerate((self.tr("Model"), self.tr("In"), self.tr("Out"), self.tr("Currency"))):
            grid.addWidget(faint(words), 0, number)
        grid.setColumnStretch(0, 1)
        for number, (place, name, price) in enumerate(rows, 1):
            fields = (
                self._price(self.tr("Price of {name}, in").format(name=name), price.input if price else 0.0),
                self._price(self.tr("Price of {name}, out").format(name=name), price.output if price else 0.0),
                self._currency(self.tr("Currency of {name}").format(name=name), price or Price()),
            )
            self._fields[place] = fields
            label = plain(name)
            label.setMinimumWidth(120)
            label.setToolTip(name)
            grid.addWidget(label, number, 0)
            for at, each in enumerate(fields, 1):
                grid.addWidget(each, number, at)
        grid.setRowStretch(len(rows) + 1, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setMinimumHeight(min(MOST_SHOWN, inner.sizeHint().height() + 4))
        return area

    def _price(self, words: str, value: float) -> AmountSpin:
        field = AmountSpin(1_000_000)
        field.setValue(value)
        field.setFixedWidth(110)
        field.setAccessibleName(words)
        field.setToolTip(words)
        return field

    def _currency(self, words: str, price: Price) -> QLineEdit:
        field = QLineEdit(price.currency)
        field.setMaxLength(10)
        field.setFixedWidth(70)
        field.setAccessibleName(words)
        field.setToolTip(words)
        return field
