"""What is in an attachment: the picture, or the text as the model gets it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent, QPixmap, QTextCursor
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from easychat_gui.controllers.attachments import AttachmentController
from easychat_gui.domain.attachments import Attachment, AttachmentFault
from easychat_gui.domain.documents import sent_text
from easychat_gui.rendering.sanitize import visible
from easychat_gui.ui import theme
from easychat_gui.ui.attachments import words
from easychat_gui.ui.theme import Radius, Space
from easychat_gui.ui.widgets.labels import heading, muted
from easychat_gui.ui.widgets.while_there import while_there

SIZE = QSize(760, 620)
NAME_AT_MOST = 600
_PICTURE_EDGE = 1600


class AttachmentPreview(QDialog):
    """Opened over the window, by a chip of the composer or of a message."""

    def __init__(self, attachment: Attachment, attachments: AttachmentController) -> None:
        super().__init__()
        self._attachment = attachment
        self._attachments = attachments
        self.setObjectName("attachmentPreview")
        title = " ".join(attachment.name.split())
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        name = heading("", 2.0)
        metrics = QFontMetricsF(name.font())
        name.setText(metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, NAME_AT_MOST))
        name.setToolTip(title)
        facts = muted(_facts(attachment))
        facts.setWordWrap(True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        rows.setSpacing(Space.S)
        rows.addWidget(name)
        rows.addWidget(facts)
        rows.addSpacing(Space.XS)
        if attachment.is_picture:
            self.picture = PictureBox(self)
            self.picture.setAccessibleName(title)
            rows.addWidget(self.picture, 1)
            attachments.show_picture(attachment, _PICTURE_EDGE, self._on_picture)
        else:
            rows.addWidget(muted(self.tr("What the model is given:")))
            rows.addWidget(LazyText(sent_text("", [attachment]), self.tr("The text of {name}").format(name=title)), 1)
        rows.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        buttons = QHBoxLayout()
        save = QPushButton(self.tr("Save a copy…"))
        save.setAccessibleName(save.text())
        save.setToolTip(self.tr("Save the file as it is kept with your chats"))
        save.clicked.connect(self._save)
        close = QPushButton(self.tr("Close"))
        close.setAccessibleName(close.text())
        close.setToolTip(self.tr("Close this"))
        close.setProperty("look", "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons.addWidget(save)
        buttons.addStretch()
        buttons.addWidget(close)
        return buttons

    def sizeHint(self) -> QSize:
        return SIZE

    @while_there
    def _on_picture(self, image: QImage | None) -> None:
        self.picture.show_image(image)

    def _save(self) -> None:
        name = Path(self._attachment.name).name
        if self._attachment.is_picture:  # it may have become another kind on its way in
            name = Path(name).stem + (".jpg" if self._attachment.media_type == "image/jpeg" else ".png")
        target, _ = QFileDialog.getSaveFileName(self.window(), self.tr("Save a copy"), name)
        if target:
            self._attachments.save_copy(self._attachment, Path(target))


class PictureBox(QWidget):
    """A picture, scaled into the room there is."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._picture: QPixmap | None = None
        self._sentence = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_image(self, image: QImage | None) -> None:
        """Show it; None: say that it is not there."""
        if image is None:
            self._sentence = words.fault_words(AttachmentFault.MISSING)
            self.setAccessibleDescription(self._sentence)
        else:
            self._picture = QPixmap.fromImage(image)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(colours.border)
        painter.setBrush(colours.surface)
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), Radius.CONTROL, Radius.CONTROL)
        if self._picture is None:
            painter.setPen(colours.text_muted)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._sentence)
            return
        room = self.rect().adjusted(Space.S, Space.S, -Space.S, -Space.S)
        size = self._picture.size()
        if size.width() > room.width() or size.height() > room.height():
            size = size.scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        corner = room.center() - QRect(0, 0, size.width(), size.height()).center()
        painter.drawPixmap(QRect(corner, size), self._picture)


class LazyText(QPlainTextEdit):
    """A text of any length, laid out as far as it is scrolled to.

    Qt lays out a paragraph as a whole, so a very long line is shown as several.
    """

    PIECE = 60_000
    LONGEST_LINE = 2_000

    def __init__(self, text: str, name: str) -> None:
        super().__init__()
        self._text = text
        self._shown = 0
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setTabChangesFocus(True)
        self.setFont(theme.code_font())
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self._show_more()

    @property
    def is_complete(self) -> bool:
        return self._shown >= len(self._text)

    def _on_scrolled(self, value: int) -> None:
        bar = self.verticalScrollBar()
        if not self.is_complete and value >= bar.maximum() - bar.pageStep():
            self._show_more()

    def _show_more(self) -> None:
        end = self._text.find("\n", self._shown + self.PIECE)
        if end < 0 or end > self._shown + 2 * self.PIECE:
            end = self._shown + self.PIECE
        lines = visible(self._text[self._shown : end]).split("\n")
        self._shown = end + 1 if self._text[end : end + 1] == "\n" else end
        step = self.LONGEST_LINE
        cut = [line[at : at + step] for line in lines for at in range(0, max(len(line), 1), step)]
        cursor = QTextCursor(self.document())  # one of its own: the view stays where it is
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(("" if self.document().isEmpty() else "\n") + "\n".join(cut))


def _facts(attachment: Attachment) -> str:
    details = attachment.details
    facts = [words.extent_words(attachment), words.size_words(attachment), words.token_words(attachment)]
    if details.encoding:
        facts.append(details.encoding)
    if part := words.part_words(attachment):
        facts.append(part)
    return " · ".join(dict.fromkeys(facts))
