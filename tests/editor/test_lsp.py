"""`obsaudit lsp`, spoken to by a real client over a real pipe."""

import asyncio
import json
import os
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.lsp.client import LanguageClient
from pygls.workspace import Workspace

from obsaudit.editor.server import server
from obsaudit.lint import Confidence, Finding, Location, Position, Region, Report, Severity
from obsaudit.lint.config import ConfigError

ALERT = """\
groups:
- name: api
  rules:
  - alert: ApiDown
    expr: up{job="api"} == 0
    annotations: {summary: The API is down 🔥, runbook_url: https://runbooks.example/api-down}
"""
LABELLED = ALERT.replace("    annotations", "    for: 5m\n    labels: {severity: critical, team: api}\n    annotations")


class Editor:
    """What an editor does: opens, types, asks."""

    def __init__(self, client: LanguageClient, root: Path) -> None:
        self.client, self.root = client, root
        self.told: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()
        self.messages: asyncio.Queue[types.ShowMessageParams] = asyncio.Queue()
        client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda told: self.told.put_nowait(told))
        client.feature(types.WINDOW_SHOW_MESSAGE)(lambda told: self.messages.put_nowait(told))
        self.asked: asyncio.Queue[types.RegistrationParams] = asyncio.Queue()
        client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda asked: self.asked.put_nowait(asked))

    def uri(self, name: str) -> str:
        return Path(os.path.normpath(self.root / name)).as_uri()

    def open(self, name: str, text: str) -> None:
        item = types.TextDocumentItem(self.uri(name), "yaml", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def type(self, name: str, text: str, version: int) -> None:
        document = types.VersionedTextDocumentIdentifier(version, self.uri(name))
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def save(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, "utf-8")
        document = types.TextDocumentIdentifier(self.uri(name))
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(document))

    async def diagnostics(self, name: str, version: int | None = None) -> list[types.Diagnostic]:
        """What is told next about a document, or about that state of it."""
        while True:
            told = await asyncio.wait_for(self.told.get(), 60)
            if told.uri == self.uri(name) and version in (None, told.version):
                return list(told.diagnostics)

    async def actions(self, name: str, at: types.Range, only: list[str] | None = None) -> list[types.CodeAction]:
        document = types.TextDocumentIdentifier(self.uri(name))
        context = types.CodeActionContext([], only)
        return await self.client.text_document_code_action_async(types.CodeActionParams(document, at, context)) or []

    async def hover(self, name: str, at: types.Position) -> types.Hover | None:
        document = types.TextDocumentIdentifier(self.uri(name))
        return await self.client.text_document_hover_async(types.HoverParams(document, at))


@asynccontextmanager
async def editor(root: Path, capabilities: types.ClientCapabilities | None = None):
    """An editor with a folder open, and its server."""
    client = LanguageClient("test", "0")
    mine = Editor(client, root)
    environment = {**os.environ, "XDG_CACHE_HOME": str(root.parent / "cache")}
    await client.start_io(sys.executable, "-m", "obsaudit", "lsp", "--patience", "600", cwd=root, env=environment)
    try:
        folder = types.WorkspaceFolder(root.as_uri(), root.name)
        able = capabilities or types.ClientCapabilities()
        await client.initialize_async(types.InitializeParams(able, workspace_folders=[folder], root_uri=root.as_uri()))
        client.initialized(types.InitializedParams())
        yield mine
    finally:
        await client.shutdown_async(None)
        client.exit(None)
        await client.stop()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


def shown(diagnostics: list[types.Diagnostic]) -> list[tuple[str, tuple[int, int], tuple[int, int]]]:
    """Each diagnostic as its rule, its start and its end."""
    return [
        (
            str(one.code),
            (one.range.start.line, one.range.start.character),
            (one.range.end.line, one.range.end.character),
        )
        for one in diagnostics
    ]


def test_findings_come_while_typing_and_go_when_they_are_mended(root: Path):
    """
    An unsaved text is judged as it stands in the editor, and the file on disk is never touched.
    """

    async def session() -> None:
        async with editor(root) as mine:
            mine.open("alerts.yml", ALERT)
            assert [
                ("alerts/missing-for", (3, 11), (3, 18)),
                ("alerts/missing-owner", (3, 11), (3, 18)),
                ("alerts/missing-severity", (3, 11), (3, 18)),
            ] == shown(await mine.diagnostics("alerts.yml"))
            mine.type("alerts.yml", LABELLED, 2)
            assert [] == await mine.diagnostics("alerts.yml", 2)

    asyncio.run(session())

    assert [] == list(root.iterdir())


def test_a_broken_link_shows_in_the_file_that_was_not_touched(root: Path):
    """
    What is typed in one file breaks another one: its diagnostic comes there, with the other end.
    """
    (root / "obsaudit.toml").write_text('select = ["routing"]\n')
    (root / "alertmanager.yml").write_text("route: {receiver: team}\nreceivers:\n- name: team\n")

    async def session() -> None:
        async with editor(root) as mine:
            mine.open("alertmanager.yml", "route: {receiver: team}\nreceivers:\n- name: teem\n")
            assert [("routing/undefined-receiver", (0, 18), (0, 22))] == shown(
                await mine.diagnostics("alertmanager.yml")
            )

    asyncio.run(session())


LOGS = """import logging

log = logging.getLogger(__name__)


def pay(user):
    log.info(f"paid by {user} 🔥"); log.info(f"for {user}")
"""
LOGGED = """import logging

log = logging.getLogger(__name__)


def pay(user):
    log.info("paid by %s 🔥", user); log.info("for %s", user)
"""


def test_fixes_are_code_actions(root: Path):
    """
    A fix is offered where its finding stands, all safe ones on request; columns count UTF-16 units.
    """
    (root / "obsaudit.toml").write_text('select = ["logs/interpolated-message"]\n')

    async def session() -> None:
        async with editor(root) as mine:
            mine.open("pay.py", LOGS)
            first, second = await mine.diagnostics("pay.py")
            assert ((6, 13), (6, 33)) == shown([first])[0][1:]
            assert ((6, 45), (6, 58)) == shown([second])[0][1:]

            (action,) = await mine.actions("pay.py", second.range)
            (edit,) = action.edit.changes[mine.uri("pay.py")]
            assert (action.is_preferred, '"for %s", user') == (True, edit.new_text)
            assert second.range == edit.range

            (everything,) = await mine.actions("pay.py", second.range, ["source.fixAll"])
            (edit,) = everything.edit.changes[mine.uri("pay.py")]
            assert LOGGED == edit.new_text
            assert types.Range(types.Position(0, 0), types.Position(7, 0)) == edit.range

            assert [] == await mine.actions("pay.py", types.Range(types.Position(0, 0), types.Position(0, 3)))

    asyncio.run(session())


def test_hovering_shows_the_page_of_a_rule(root: Path):
    """
    The page comes over a finding, and over the name of a rule in a suppression.
    """
    text = ALERT.replace("- alert", "# obsaudit: ignore[alerts/missing-owner] -- nobody's\n  - alert")

    async def session() -> None:
        async with editor(root) as mine:
            mine.open("alerts.yml", text)
            assert 2 == len(await mine.diagnostics("alerts.yml"))
            finding = await mine.hover("alerts.yml", types.Position(4, 13))
            name = await mine.hover("alerts.yml", types.Position(3, 30))
            nothing = await mine.hover("alerts.yml", types.Position(0, 1))
            assert "# alerts/missing-for\n" in finding.contents.value
            assert "# alerts/missing-owner\n" in name.contents.value
            assert nothing is None

    asyncio.run(session())


def test_a_broken_configuration_is_a_diagnostic_of_its_own(root: Path):
    """
    It stands where it is broken, goes when it is mended, and the findings come then.
    """
    (root / "obsaudit.toml").write_text('fail-on = "warning"\nselekt = ["alerts"]\n')

    async def session() -> None:
        async with editor(root) as mine:
            mine.open("alerts.yml", ALERT)
            (told,) = await mine.diagnostics("obsaudit.toml")
            assert "the configuration has no key `selekt`\nhelp: did you mean `select`?" == told.message
            assert 1 == told.range.start.line
            mine.save("obsaudit.toml", 'fail-on = "warning"\nselect = ["alerts/missing-for"]\n')
            assert [] == await mine.diagnostics("obsaudit.toml")
            assert [("alerts/missing-for", (3, 11), (3, 18))] == shown(await mine.diagnostics("alerts.yml"))

    asyncio.run(session())


def test_what_the_configuration_hides_is_not_shown(root: Path):
    """
    A finding of low confidence comes when `min-confidence` is lowered, and goes when it is raised.
    """
    ratio = ALERT.replace('up{job="api"} == 0', "avg by (instance) (rate(a_total[5m]) / rate(b_total[5m])) > 0.1")
    rule = 'select = ["promql/division-by-zero"]\n'
    (root / "obsaudit.toml").write_text(rule + 'min-confidence = "low"\n')

    async def session() -> None:
        async with editor(root) as mine:
            mine.open("alerts.yml", ratio)
            assert [("promql/division-by-zero", (4, 29), (4, 66))] == shown(await mine.diagnostics("alerts.yml"))
            mine.save("obsaudit.toml", rule + 'min-confidence = "high"\n')
            assert [] == await mine.diagnostics("alerts.yml")

    asyncio.run(session())


@pytest.mark.parametrize(("code", "goodbye"), [(0, [types.SHUTDOWN]), (1, [])], ids=["shutdown", "no shutdown"])
def test_who_leaves_without_a_word_gets_an_exit_code(root: Path, code: int, goodbye: list[str]):
    """
    The protocol wants 1 from a server that is told to exit before it was told to shut down.
    """
    hello = {"processId": None, "rootUri": root.as_uri(), "capabilities": {}}
    requests = [{"id": number, "method": name} for number, name in enumerate(goodbye, 2)]
    spoken = [
        {"id": 1, "method": types.INITIALIZE, "params": hello},
        {"method": types.INITIALIZED, "params": {}},
        *requests,
        {"method": types.EXIT},
    ]
    texts = [json.dumps({"jsonrpc": "2.0", **message}) for message in spoken]
    data = "".join(f"Content-Length: {len(text)}\r\n\r\n{text}" for text in texts)
    done = subprocess.run(
        [sys.executable, "-m", "obsaudit", "lsp"], cwd=root, input=data.encode(), capture_output=True, timeout=120
    )

    assert (code, b"") == (done.returncode, done.stderr)


def flagged() -> Report:
    place = Location("alerts.yml", None, Region(Position(1, 1), Position(1, 2)))
    found = Finding("alerts/bad", Severity.WARNING, Confidence.HIGH, "is bad", place)
    return Report(shown=(found,), texts={"alerts.yml": ALERT})


def misconfigured() -> Report:
    raise ConfigError("the configuration has no key `selekt`", "obsaudit.toml", 1)


def crashed() -> Report:
    raise RuntimeError("boom")


@pytest.mark.parametrize("stays", [True, False], ids=["stays", "laid aside"])
@pytest.mark.parametrize("ends", [flagged, misconfigured, crashed])
def test_what_comes_of_a_check_is_dropped_with_its_folder(root: Path, ends, stays: bool):
    """
    A window that lays a folder aside while it is checked is not told of it any more.
    """

    async def session() -> int:
        loop, told = asyncio.get_running_loop(), []

        async def lay_aside() -> None:
            folder = types.WorkspaceFolder(root.as_uri(), root.name)
            own.change_folders(types.WorkspaceFoldersChangeEvent([], [] if stays else [folder]))

        def lint(folder, paths, contents) -> Report:
            asyncio.run_coroutine_threadsafe(lay_aside(), loop).result(60)
            return ends()

        own = server(lint, lambda rule: None, "0")
        own.protocol._workspace = Workspace(root.as_uri())
        own.text_document_publish_diagnostics = told.append
        own.window_show_message = told.append
        own.wake(Path(root / "alerts.yml").as_uri())
        await own._check(own.desks[0], frozenset({"alerts.yml"}), saved=True)
        return len(told)

    assert (1 if stays else 0) == asyncio.run(session())


def test_folders_come_and_go(root: Path):
    """
    One that is taken into the window is checked at once, and what was found in it goes with it.
    """
    (other := root.parent / "other").mkdir()
    (other / "alerts.yml").write_text(ALERT)
    (root / "alerts.yml").write_text(ALERT)

    async def session() -> None:
        async with editor(root) as mine:
            assert 3 == len(await mine.diagnostics("alerts.yml"))
            folder = [types.WorkspaceFolder(other.as_uri(), "other")]
            for added, removed, count in ((folder, [], 3), ([], folder, 0)):
                event = types.WorkspaceFoldersChangeEvent(added, removed)
                mine.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
                assert count == len(await mine.diagnostics("../other/alerts.yml"))

    asyncio.run(session())


def test_a_file_that_another_program_takes_away_is_gone(root: Path):
    """
    The server asks an editor that can to watch what it reads: a branch is changed in a terminal.
    """
    (root / "alerts.yml").write_text(ALERT)
    watching = types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)
    able = types.ClientCapabilities(workspace=types.WorkspaceClientCapabilities(did_change_watched_files=watching))

    async def session() -> None:
        async with editor(root, able) as mine:
            assert 3 == len(await mine.diagnostics("alerts.yml"))
            (asked,) = (await asyncio.wait_for(mine.asked.get(), 60)).registrations
            (watcher,) = asked.register_options["watchers"]
            assert asked.method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES
            assert {"yml", "py", "toml"} < set(watcher["globPattern"].partition("{")[2].rstrip("}").split(","))

            (root / "alerts.yml").unlink()
            gone = types.FileEvent(mine.uri("alerts.yml"), types.FileChangeType.Deleted)
            mine.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([gone]))
            assert [] == await mine.diagnostics("alerts.yml")

    asyncio.run(session())
