"""Where the person writes."""

from easychat_gui.ui.composer.composer import Composer

__all__ = ["Composer"]
