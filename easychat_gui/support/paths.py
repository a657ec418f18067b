"""Where the program keeps its files."""

from __future__ import annotations

import os
from pathlib import Path

from easychat_gui.support.quick_dataclass import dataclass

DATA_DIR_VARIABLE = "EASYCHAT_DATA_DIR"


@dataclass(frozen=True, slots=True)
class DataPaths:
    """All state lies under one folder, and nowhere else."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "easychat.db"

    @property
    def settings(self) -> Path:
        return self.root / "settings.toml"

    @property
    def keys(self) -> Path:
        """The encrypted file of keys, for those who chose to have one."""
        return self.root / "keys.enc"

    @property
    def database_key(self) -> Path:
        """The key of encrypted chats, which their passphrase opens."""
        return self.root / "easychat.key"

    @property
    def database_key_copy(self) -> Path:
        """The same once more: without it nobody could read the chats again, nor their backups."""
        return self.backups / self.database_key.name

    @property
    def own_words(self) -> Path:
        """The person's own words for the spelling, one a line."""
        return self.root / "dictionary.txt"

    @property
    def models(self) -> Path:
        return self.root / "models"

    @property
    def attachments(self) -> Path:
        return self.root / "attachments"

    @property
    def backups(self) -> Path:
        return self.root / "backups"

    @property
    def forgetting(self) -> Path:
        """The note that something is to be forgotten; it is there only until that is done."""
        return self.root / "forgetting.json"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def window_state(self) -> Path:
        return self.root / "window.ini"

    def make_root(self) -> None:
        """Create the folder, for its owner only. Raises OSError."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)


def resolve(data_dir: Path | None = None) -> DataPaths:
    """Return the folder that was asked for, else that of the environment variable, else the system's place for it."""
    if data_dir is not None:
        return DataPaths(data_dir.expanduser().absolute())
    if from_environment := os.environ.get(DATA_DIR_VARIABLE):
        return DataPaths(Path(from_environment).expanduser().absolute())
    import platformdirs  # 5 ms that `--data-dir` does not need

    return DataPaths(platformdirs.user_data_path("easychat-gui", appauthor=False, roaming=False))
