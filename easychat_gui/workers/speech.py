"""Reading aloud with what the system brings: speech-dispatcher, eSpeak, macOS ``say``, the voices of Windows."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from easychat_gui.support.child_environment import child_environment

_WINDOWS_SCRIPT = (
    "Add-Type -AssemblyName System.Speech;"
    "$text = New-Object IO.StreamReader([Console]::OpenStandardInput(), [Text.Encoding]::UTF8);"
    "(New-Object System.Speech.Synthesis.SpeechSynthesizer).Speak($text.ReadToEnd())"
)
END_WAIT_MS = 1000


@dataclass(frozen=True, slots=True)
class Voice:
    """A program that reads aloud what it gets on standard input.

    ``language_option`` precedes the language where it takes one. ``hush`` ends what a daemon behind it still says.
    """

    command: tuple[str, ...]
    language_option: str = ""
    hush: tuple[str, ...] = ()

    def arguments(self, language: str) -> list[str]:
        chosen = [self.language_option, language] if self.language_option and language else []
        return [*self.command[1:], *chosen]


def find_voice() -> Voice | None:
    """Return the first that is installed, None where the system cannot speak. Looks at the disk."""
    if sys.platform == "win32":
        shell = shutil.which("powershell")
        options = ("-NoProfile", "-NonInteractive", "-Command", _WINDOWS_SCRIPT)
        return Voice((shell, *options)) if shell else None
    if sys.platform == "darwin":
        say = shutil.which("say")
        return Voice((say, "-f", "-")) if say else None
    if dispatcher := shutil.which("spd-say"):
        return Voice((dispatcher, "--wait", "--pipe-mode"), "--language", (dispatcher, "--cancel"))
    for name in ("espeak-ng", "espeak"):
        if espeak := shutil.which(name):
            return Voice((espeak, "--stdin"), "-v")
    return None


class Speech(QObject):
    """One text being read aloud. ``ended`` once, also after `stop` and when the program could not be run."""

    ended = Signal()

    def __init__(self, voice: Voice, text: str, language: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._voice = voice
        self._text = text.encode()
        self._has_ended = False
        self._process = _process(self)
        self._process.setProgram(voice.command[0])
        self._process.setArguments(voice.arguments(language))
        self._process.setStandardOutputFile(QProcess.nullDevice())
        self._process.setStandardErrorFile(QProcess.nullDevice())
        self._process.started.connect(self._hand_over)
        self._process.finished.connect(self._end)
        self._process.errorOccurred.connect(self._on_error)

    def start(self) -> None:
        self._process.start()

    def stop(self) -> None:
        """Be silent at once."""
        if self._process.state() is not QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(END_WAIT_MS)
            if self._voice.hush:
                hush = _process(self)
                hush.setProgram(self._voice.hush[0])
                hush.setArguments(list(self._voice.hush[1:]))
                hush.startDetached()
        self._end()

    def _hand_over(self) -> None:
        self._process.write(self._text)
        self._process.closeWriteChannel()

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._end()

    def _end(self) -> None:
        if not self._has_ended:
            self._has_ended = True
            self.ended.emit()


def _process(parent: QObject) -> QProcess:
    """Make a process that gets no key with its environment."""
    environment = QProcessEnvironment()
    for name, value in child_environment(runs_this_program=False).items():
        environment.insert(name, value)
    process = QProcess(parent)
    process.setProcessEnvironment(environment)
    return process
