"""The composition root: makes every part, joins them, and takes them down in order."""

from __future__ import annotations

import gc
import logging
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QResource, QSettings, QThread, QTimer, QTranslator
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from easychat_gui import __version__
from easychat_gui.controllers.attachments import AttachmentController
from easychat_gui.controllers.chat import ChatController
from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.controllers.local_model import LocalModelController
from easychat_gui.controllers.notifier import NoticeKind, Notifier
from easychat_gui.controllers.server_list import COMMAND_LINE_ENDPOINT_ID
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.domain.errors import DatabaseDamaged, StorageError
from easychat_gui.later_parts import LaterParts
from easychat_gui.settings.secrets import SecretStore
from easychat_gui.settings.store import SettingsStore
from easychat_gui.support import log as log_file
from easychat_gui.support import paths
from easychat_gui.support.log import Redactor
from easychat_gui.support.paths import DataPaths
from easychat_gui.ui.flows import Flows
from easychat_gui.ui.main_window import Controllers, MainWindow
from easychat_gui.workers.background import Background
from easychat_gui.workers.single_instance import SingleInstance
from easychat_gui.workers.store_executor import StoreExecutor

if TYPE_CHECKING:
    from easychat_gui.storage.reports import OpenReport

STORE_START_MS = 200

DESKTOP_ID = "io.github.easychat_gui.EasyChat"

log = logging.getLogger(__name__)


class Program(LaterParts):
    """All parts of one running program, on one data folder."""

    def __init__(self, data_paths: DataPaths, *, server: str | None, model: str | None, api_key: str) -> None:
        super().__init__()
        self.paths = data_paths
        data_paths.make_root()
        if data_paths.forgetting.exists():  # a run that was ended in the middle of it
            from easychat_gui.storage.forgetting import carry_out_if_possible

            carry_out_if_possible(data_paths)
        self.redactor = Redactor()
        self.redactor.register(api_key)
        self.notifier = Notifier(self)
        self.settings = SettingsStore(data_paths.settings)
        self._settings_problems = self.settings.load()
        self.background = Background(self)
        self.store = StoreExecutor(data_paths.database, data_paths.backups, self)
        self.local_model = LocalModelController(data_paths.logs / "local-model.log", self)
        self.endpoints = EndpointController(
            settings=self.settings,
            secrets=SecretStore(file_path=data_paths.keys, on_key=self.redactor.register),
            local_model=self.local_model,
            background=self.background,
            notifier=self.notifier,
            parent=self,
        )
        if server:
            host, password = _split(server)
            self.redactor.register(password)
            endpoint = Endpoint(COMMAND_LINE_ENDPOINT_ID, host, server, default_model=model or "")
            self.endpoints.add_for_session(endpoint, api_key)
        self.conversations = ConversationController(store=self.store, notifier=self.notifier, parent=self)
        self.attachments = AttachmentController(
            folder=data_paths.attachments,
            conversations=self.conversations,
            store=self.store,
            background=self.background,
            notifier=self.notifier,
            parent=self,
        )
        self.chat = ChatController(
            conversations=self.conversations,
            endpoints=self.endpoints,
            presets=lambda: self.presets,
            context=lambda: self.context,
            attachments=self.attachments,
            parent=self,
        )
        self.chat.transmitted.connect(lambda answer, event: self.transmissions.note(answer, event))
        self.flows = Flows(
            conversations=self.conversations,
            endpoints=self.endpoints,
            settings=self.settings,
            background=self.background,
            bridge=lambda: self.bridge,
            parent=self,
        )
        self.window = self._make_window()
        self._is_down = False
        self.store.rebuilding.connect(lambda: self.database_flows.cover())
        self.store.opened.connect(self._on_store_opened)
        self.store.open_failed.connect(lambda error: self.database_flows.on_open_failed(error))
        self.store.failed.connect(self._on_store_failed)
        self.store.resumed.connect(lambda: self.notifier.withdraw(NoticeKind.SAVE_FAILED))
        self.conversations.deleting.connect(self.chat.abandon)
        self.chat.answer_repaired.connect(lambda name: self.notifier.post(NoticeKind.ANSWER_REPAIRED, server=name))
        self.endpoints.lessons = lambda: self.lessons
        self.chat.answer_ended.connect(lambda _message: self.lessons.keep_new())
        self.local_model.wanted.connect(self._start_local_model)
        # With the first paint, which it must not delay; a window that is never shown gets its chats all the same.
        self._store_timer = QTimer(self, singleShot=True, interval=STORE_START_MS)
        self._store_timer.timeout.connect(self._open_store)
        self._store_timer.start()

    def shut_down(self) -> None:
        """Stop answers, write what is unwritten, end threads and processes. May be called again."""
        if self._is_down:
            return
        self._is_down = True
        if self.has_made("speech"):
            self.speech.stop()
        if self.has_made("branches"):
            self.branches.close()
        self.chat.close()
        for shown in list(self.conversations.all.shown):
            shown.leave()
        self.attachments.close()
        self.close_made("seats")
        self.close_made("imports", "mirror")
        self.conversations.temporary.close()
        if not self.store.close():
            log.error("Not everything could be written before the end")
        self.close_made("context", "titles", "statistics")
        self.endpoints.close()
        self.close_made("spelling", "content", "exports")
        self.background.close()
        self.close_made("bridge")
        if self.has_made("forgetting"):
            self.forgetting.carry_out()

    def _make_window(self) -> MainWindow:
        controllers = Controllers(
            conversations=self.conversations,
            chat=self.chat,
            branches=lambda: self.branches,
            transmissions=lambda: self.transmissions,
            speech=lambda: self.speech,
            endpoints=self.endpoints,
            settings=self.settings,
            notifier=self.notifier,
            presets=lambda: self.presets,
            context=lambda: self.context,
            queue=lambda: self.queue,
            prompts=lambda: self.prompts,
            spelling=lambda: self.spelling,
            attachments=self.attachments,
            content=lambda: self.content,
            forgetting=lambda: self.forgetting,
            encryption=lambda: self.encryption,
            exports=lambda: self.exports,
            search=lambda: self.search,
            mirror=lambda: self.mirror,
            titles=lambda: self.titles,
            unread=lambda: self.unread,
            statistics=lambda: self.statistics,
            copies=lambda: self.copies,
            imports=lambda: self.imports,
            backups=lambda: self.backups,
            order=lambda: self.order,
            seats=lambda: self.seats,
        )
        window = MainWindow(controllers, self.flows, self.paths.root, self.paths.window_state)
        self.flows.attach(window)
        window.first_painted.connect(self._after_first_paint)
        window.closing.connect(self.shut_down)
        window.save_retry_requested.connect(self.store.retry_failed)
        return window

    # After the first paint

    def _open_store(self) -> None:
        self._store_timer.stop()
        if not self._is_down:
            self.store.start()

    def _after_first_paint(self) -> None:
        gc.freeze()  # what the start has made stays: a full collection then looks at the chat only, and stalls less
        gc.enable()
        from easychat_gui import ahead

        if self._store_timer.isActive():
            self._store_timer.stop()
            opening = [*ahead.imports(ahead.OF_THE_STORE), self._open_store, *ahead.imports(ahead.OF_THE_CHATS)]
            ahead.do_in_turns(opening, self, lambda: None)
        self.background.run(
            ahead.import_foundations,
            lambda _: ahead.import_in_turns(ahead.OF_THE_WINDOW, self, self._complete),
        )
        try:
            log_file.set_up(self.paths.logs, self.redactor)
        except OSError as error:  # a full or write-protected disk: all else goes on without
            log.warning("there is no log: %s", error)
        if self._settings_problems:
            words = "; ".join(str(problem) for problem in self._settings_problems)
            self.notifier.post(NoticeKind.SETTINGS_REPAIRED, list=words)

    def _complete(self) -> None:
        if not self._is_down:
            from easychat_gui import ahead

            ahead.do_in_turns(
                [partial(self._unless_down, make) for make in self.window.completing_steps()],
                self,
                lambda: ahead.import_in_turns(ahead.OF_A_QUESTION, self, self._begin_to_work),
            )

    def _unless_down(self, act: Callable[[], object]) -> None:
        if not self._is_down:
            act()

    def report(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Write down an exception that nobody caught, and tell the person where. For ``sys.excepthook``."""
        from traceback import format_exception

        log.critical("An exception that nobody caught", exc_info=(kind, error, trace))
        if sys.stderr is not None:  # a program without a console has none on Windows
            sys.stderr.write(self.redactor("".join(format_exception(kind, error, trace))))
        if not self._is_down and QThread.currentThread() is self.thread():
            self.notifier.post(NoticeKind.UNEXPECTED_ERROR, path=str(self.paths.logs / log_file.LOG_NAME))

    def report_of_thread(self, hook: threading.ExceptHookArgs) -> None:
        """As `report`, for ``threading.excepthook``: what a thread prints by itself would show keys."""
        self.report(hook.exc_type, hook.exc_value or hook.exc_type(), hook.exc_traceback)

    def _begin_to_work(self) -> None:
        self._start_local_model()
        if not self._is_down:
            self.endpoints.look_around()
            from easychat_gui import ahead

            self.background.run(_remove_leftovers)
            ahead.import_in_turns(ahead.OF_THE_DIALOGS, self, lambda: None)

    def _start_local_model(self) -> None:
        if not self._is_down and not self.local_model.has_begun:
            self.bridge.spawn(self.local_model.run())

    def _on_store_opened(self, report: OpenReport) -> None:
        if self.has_made("database_flows"):
            self.database_flows.uncover()
        from easychat_gui.ui.built_in_presets import built_in_presets

        has_no_presets = report.is_new or report.migrated_from == 1
        _ = self.search
        self.lessons.load()
        self.presets.load(built_in_presets() if has_no_presets else ())
        self.order.load()
        self.window.restore_chat_windows()
        self.conversations.load()
        self.attachments.load()
        self.queue.load()  # its cards name what is attached
        if report.interrupted:
            self.conversations.open_interrupted()
        if report.recovery is not None:
            from easychat_gui.ui.recovery_words import tell

            tell(report.recovery, self.notifier, self.backups, self.flows)

    def _on_store_failed(self, error: StorageError) -> None:
        self.conversations.on_store_failed(error)
        if isinstance(error, DatabaseDamaged):  # found by the check that runs some time after the start
            self.database_flows.on_damage(error)


def create_window(
    data_dir: Path | None = None, *, server: str | None = None, model: str | None = None, api_key: str = ""
) -> MainWindow:
    """Build the whole window inside an existing QApplication, without showing it.

    :param data_dir: where all state lies; None for the person's own folder.
    :param server: base address of an OpenAI-compatible server to begin with, which is not saved.
    :param model: the model to ask of it.
    :param api_key: its key, kept in memory only.
    :raises OSError: the data folder cannot be made.
    """
    window = make_program(data_dir, server=server, model=model, api_key=api_key).window
    window.complete()
    return window


def make_program(
    data_dir: Path | None = None, *, server: str | None = None, model: str | None = None, api_key: str = ""
) -> Program:
    """As `create_window`, but what the first paint does not need is made after it. Its window owns it."""
    program = Program(paths.resolve(data_dir), server=server, model=model, api_key=api_key)
    program.setParent(program.window)  # one lifetime
    return program


def run(
    *,
    data_dir: Path | None = None,
    server: str | None = None,
    model: str | None = None,
    api_key: str = "",
    toggle: bool = False,
) -> int:
    """Open the main window and stay until it closes; return the exit code.

    A second start on the same data folder raises the window of the first and returns at once.
    """
    QGuiApplication.setDesktopFileName(DESKTOP_ID)
    # The style by argument: to set it later makes Qt begin with another, and Python a type of all that a style can do.
    application = QApplication([*sys.argv[:1], "-style", "Fusion"])
    application.setApplicationName("easychat-gui")
    application.setApplicationDisplayName("EasyChat GUI")
    application.setApplicationVersion(__version__)
    _translate(application)

    data_paths = paths.resolve(data_dir)
    try:
        data_paths.make_root()
        # Qt's own file dialog keeps its last folder; it too belongs under the data folder and nowhere else.
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(data_paths.root))
        instance = SingleInstance(data_paths.root)
        if not instance.claim():
            return _hand_over(instance, "toggle" if toggle else "raise")
        program = make_program(data_dir, server=server, model=model, api_key=api_key)
    except OSError as error:
        print(f"The data folder {data_paths.root} cannot be used: {error.strerror or error}.", file=sys.stderr)
        return 1
    window = program.window
    instance.another_started.connect(lambda wish: window.toggle() if "toggle" in wish else window.raise_window())
    window.first_painted.connect(lambda: _close_when_asked(window))
    sys.excepthook = program.report
    threading.excepthook = program.report_of_thread
    window.show()
    exit_code = application.exec()
    if "easychat_gui.workers.async_bridge" in sys.modules:
        from easychat_gui.workers.async_bridge import close_event_loop

        close_event_loop()
    return exit_code


def _close_when_asked(window: MainWindow) -> None:
    """Let Ctrl+C and ``kill`` do what closing the window does: stop answers, write what is unwritten, end."""
    from easychat_gui.workers.signals import TerminationSignals

    TerminationSignals(window).received.connect(window.close)


def _hand_over(instance: SingleInstance, wish: str) -> int:
    """Let the program that has this data folder come to the front."""
    if instance.send([wish]):
        return 0
    print("EasyChat GUI is already running on this data folder, but does not react.", file=sys.stderr)
    return 1


def _translate(application: QApplication) -> None:
    """Let Qt's own words (menus of text fields, dialogs) speak the language of the desktop."""
    if QLocale().language() is QLocale.Language.C:  # a desktop that says nothing: it would not even group digits
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if QResource.registerResource(f"{folder}/translations.rcc"):  # as a packaged program has them
        folder = ":/translations"
    if translator.load(QLocale(), "qtbase", "_", folder):
        application.installTranslator(translator)


def _remove_leftovers() -> int:
    """Delete what temporary chats of a program that was killed have left."""
    from easychat_gui.support.private_folder import remove_leftovers

    return remove_leftovers()


def _split(address: str) -> tuple[str, str]:
    """Return host and port of an address, which is what people call a server, and the password in it."""
    from urllib.parse import unquote, urlsplit

    try:
        parts = urlsplit(address)
        return parts.netloc.rpartition("@")[2] or address, unquote(parts.password or "")
    except ValueError:  # said when it is asked
        return address.rpartition("@")[2], ""
