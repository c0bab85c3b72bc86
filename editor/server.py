"""The server that an editor starts: takes its notifications, checks in the background, answers from what it knows."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer

from ..lint.config import ConfigError
from ..lint.documents import SUFFIXES
from .desk import Desk, Draft, Lint, Page
from .protocol import FIX_ALL, Translator, by_uri, of_config, read, wanted

_READ = f"**/*.{{{','.join(sorted(suffix.removeprefix('.') for suffix in (*SUFFIXES, '.toml')))}}}"
"""What an editor watches: the files that are read, and the configuration."""


class Server(LanguageServer):
    """
    One editor's server.

    Typing wakes a check, which begins when the keys have rested for `pause` seconds.
    The check runs in a thread of its own, one at a time: the editor never waits for it.
    """

    def __init__(self, lint: Lint, page: Page, version: str, *, pause: float = 0.2, patience: float = 1.0) -> None:
        super().__init__("obsaudit", version)
        self.page = page
        self.desks: list[Desk] = []
        self._lint, self._pause, self._patience = lint, pause, patience
        self._changed: set[Path] = set()
        self._saved = False
        self._wake = asyncio.Event()
        self._shown: dict[str, list[types.Diagnostic]] = {}
        self._worker: asyncio.Task[None] | None = None
        self.is_dismissed = False
        """Whether the editor said that it is about to end the session."""

    def open_folders(self) -> None:
        """Begins with the editor's folders; without any, each file's own folder becomes one when it is opened."""
        for folder in self.workspace.folders.values():
            self._open_folder(_path(folder.uri))
        if not self.desks and self.workspace.root_path:
            self._open_folder(Path(self.workspace.root_path))
        self._worker = asyncio.get_running_loop().create_task(self._work())
        self.wake(saved=True)

    async def watch(self) -> None:
        """Asks the editor to tell of files that change without it, where it can."""
        known = self.client_capabilities.workspace
        if known is None or known.did_change_watched_files is None:
            return
        if known.did_change_watched_files.dynamic_registration:
            watchers = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(_READ)])
            name = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
            await self.client_register_capability_async(
                types.RegistrationParams([types.Registration("files", name, watchers)])
            )

    def change_folders(self, change: types.WorkspaceFoldersChangeEvent) -> None:
        """Takes folders in, and lays others aside with all that was found in them."""
        gone = {_path(folder.uri) for folder in change.removed}
        self._show({uri: [] for uri in self._shown if (desk := self.desk_of(_path(uri))) and desk.root in gone})
        self.desks = [desk for desk in self.desks if desk.root not in gone]
        for folder in change.added:
            self._open_folder(_path(folder.uri))
        self.wake(saved=True)

    def wake(self, uri: str | None = None, *, saved: bool = False) -> None:
        """Something changed: in one document by typing, or on disk."""
        path = uris.to_fs_path(uri) if uri else None
        if path is not None:
            self._changed.add(Path(path))
            if self.desk_of(Path(path)) is None:
                self._open_folder(Path(path).parent)
        self._saved |= saved
        self._wake.set()

    def desk_of(self, path: Path) -> Desk | None:
        """The folder that a file belongs to: the innermost."""
        holding = [desk for desk in self.desks if desk.source_of(path) is not None]
        return max(holding, key=lambda desk: len(desk.root.parts), default=None)

    def known(self, uri: str) -> tuple[Desk, str] | None:
        """The folder and the source of a document whose findings are those of its present text."""
        path = _path(uri)
        desk = self.desk_of(path)
        source = desk.source_of(path) if desk else None
        checked = desk.checked.get(source) if desk and source else None
        if desk is None or source is None or checked is None:
            return None
        return (desk, source) if checked.text == self.workspace.get_text_document(uri).source else None

    def translator(self, desk: Desk) -> Translator:
        """Translates what was found in a folder."""
        drafts = self._drafts(desk)
        return Translator(
            desk.root,
            self.workspace.position_codec,
            lambda source: drafts[source].text if source in drafts else read(desk.root, source),
        )

    def stop(self) -> None:
        """Ends the checks: the editor is about to leave."""
        self.is_dismissed = True
        if self._worker is not None:
            self._worker.cancel()

    def _open_folder(self, root: Path) -> None:
        if all(desk.root != root for desk in self.desks):
            self.desks.append(Desk(root, self._lint, self._patience))

    def _drafts(self, desk: Desk) -> dict[str, Draft]:
        drafts = {}
        for document in self.workspace.text_documents.values():
            path = uris.to_fs_path(document.uri) if document.uri.startswith("file:") else None
            if path is not None and self.desk_of(Path(path)) is desk:
                drafts[desk.source_of(Path(path)) or ""] = Draft(document.source, document.version)
        return drafts

    async def _work(self) -> None:
        while True:
            await self._wake.wait()
            await asyncio.sleep(self._pause)
            self._wake.clear()
            changed, self._changed = self._changed, set()
            saved, self._saved = self._saved, False
            for desk in tuple(self.desks):
                own = frozenset(source for path in changed if (source := desk.source_of(path)) is not None)
                if saved or own:
                    await self._check(desk, own, saved=saved)

    async def _check(self, desk: Desk, changed: frozenset[str], *, saved: bool) -> None:
        drafts = self._drafts(desk)
        problem: Exception | None = None
        try:
            await asyncio.to_thread(desk.check, drafts, changed, saved=saved)
        except Exception as error:  # the editor must keep its server, and its user must learn why nothing is found
            problem = error
        if desk not in self.desks:  # laid aside in the meantime
            return
        if problem is not None:
            self._say(problem, desk)
            return
        found = by_uri(desk.root, self.workspace.position_codec, desk.checked)
        gone = {uri for uri in self._shown if uri not in found and self.desk_of(_path(uri)) is desk}
        self._show({**{uri: [] for uri in gone}, **found})

    def _say(self, error: Exception, desk: Desk) -> None:
        if not isinstance(error, ConfigError):
            self._tell(f"obsaudit could not check {desk.root.name}: {type(error).__name__}: {error}")
        elif error.path is None:
            self._tell(f"obsaudit: {error}")
        else:
            self._show({(desk.root / error.path).as_uri(): [of_config(error)]})

    def _tell(self, message: str) -> None:
        self.window_show_message(types.ShowMessageParams(types.MessageType.Error, message))

    def _show(self, diagnostics: Mapping[str, list[types.Diagnostic]]) -> None:
        for uri, own in diagnostics.items():
            if own != self._shown.get(uri, []):
                # An editor leaves out what is about an older state of the text.
                version = self._version(uri)
                self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, own, version))
            self._shown[uri] = own

    def _version(self, uri: str) -> int | None:
        path = _path(uri)
        desk = self.desk_of(path)
        checked = desk.checked.get(desk.source_of(path) or "") if desk is not None else None
        return checked.version if checked is not None else None


def _path(uri: str) -> Path:
    return Path(uris.to_fs_path(uri) or "")


def serve(lint: Lint, page: Page, version: str, patience: float) -> int:
    """
    Speaks to the editor that started this process, over standard input and output, until it leaves.

    The exit code is that of the protocol: 1 where it left without a `shutdown` before.
    """
    own = server(lint, page, version, patience=patience)
    with contextlib.suppress(BrokenPipeError):
        own.start_io()
    return 0 if own.is_dismissed else 1


def server(lint: Lint, page: Page, version: str, *, pause: float = 0.2, patience: float = 1.0) -> Server:
    """A server with everything it answers to."""
    own = Server(lint, page, version, pause=pause, patience=patience)
    for name, answer in _ANSWERS.items():
        own.feature(name, _OPTIONS.get(name))(partial(answer, own))
    return own


async def _initialized(server: Server, params: types.InitializedParams) -> None:
    server.open_folders()
    await server.watch()


def _opened(server: Server, params: types.DidOpenTextDocumentParams) -> None:
    server.wake(params.text_document.uri)


def _changed(server: Server, params: types.DidChangeTextDocumentParams) -> None:
    server.wake(params.text_document.uri)


def _saved(server: Server, params: types.DidSaveTextDocumentParams | types.DidCloseTextDocumentParams) -> None:
    server.wake(params.text_document.uri, saved=True)


def _actions(server: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    """The fixes at a place; none while the findings are those of an older text."""
    found = server.known(params.text_document.uri)
    if found is None:
        return []
    desk, source = found
    translator, checked, only = server.translator(desk), desk.checked[source], params.context.only
    actions = list(translator.actions(source, checked, params.range)) if wanted(only, "quickfix") else []
    # An editor that asks for all kinds shows a menu for one place: what changes the whole file is not for it.
    everything = translator.fix_all(source, checked) if only and wanted(only, FIX_ALL) else None
    return [*actions, everything] if everything is not None else actions


def _hover(server: Server, params: types.HoverParams) -> types.Hover | None:
    """The page of the rule at a place; none while the findings are those of an older text."""
    found = server.known(params.text_document.uri)
    if found is None:
        return None
    desk, source = found
    return server.translator(desk).hover(desk.checked[source], params.position, server.page)


_ANSWERS: dict[str, Callable[..., object]] = {
    types.INITIALIZED: _initialized,
    types.SHUTDOWN: lambda server, params: server.stop(),
    types.TEXT_DOCUMENT_DID_OPEN: _opened,
    types.TEXT_DOCUMENT_DID_CHANGE: _changed,
    types.TEXT_DOCUMENT_DID_SAVE: _saved,
    types.TEXT_DOCUMENT_DID_CLOSE: _saved,
    types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: lambda server, params: server.change_folders(params.event),
    types.WORKSPACE_DID_CHANGE_WATCHED_FILES: lambda server, params: server.wake(saved=True),
    types.TEXT_DOCUMENT_CODE_ACTION: _actions,
    types.TEXT_DOCUMENT_HOVER: _hover,
}
_OPTIONS = {
    types.TEXT_DOCUMENT_CODE_ACTION: types.CodeActionOptions(
        code_action_kinds=[types.CodeActionKind.QuickFix, FIX_ALL]
    ),
}
