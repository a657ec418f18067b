"""What every page of the settings dialog is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from easychat_gui.settings.schema import Settings


class Page(QWidget):
    """A page shows settings, and puts what the person chose into them. It saves nothing by itself.

    ``brings_own_frame``: the page fills the dialog, with its own heading and buttons.
    """

    edited = Signal()

    subtitle = ""
    brings_own_frame = False
    can_reset = True

    def show_settings(self, settings: Settings) -> None:
        """Show these values without telling them as a change."""

    def apply_to(self, settings: Settings) -> Settings:
        """Return the settings with what stands on this page."""
        return settings

    def finish(self) -> bool:
        """Return whether all that was typed can be used; if not, take the person to what cannot."""
        return True

    def reset(self, settings: Settings) -> Settings:
        """Return the settings with the defaults for what stands on this page."""
        return settings
