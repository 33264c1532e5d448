"""One page for all runs of a folder: the list, each run's report, and reports that compare runs."""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from scorers.errors import ScorersError
from tasks.errors import TasksError

from ...errors import HarnessError
from ...scoring.verdict_file import has_current_verdicts
from ..multi_run import report_runs
from ..page import content_policy, join_scripts, load_template
from ..view import MOST_RUNS
from .loopback import HTML, LoopbackServer, Reply
from .report_server import REPORT_HEADERS, read_report
from .run_rows import RunRows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup

_REPORTS = 4
"""Reports in memory at most: those that were made last."""
REPORT, DIALOGUES = "report.html", "dialogues.html"
"""Pages of a run that are served."""
_RUN_PAGE = re.compile(rf"run/(\w+)/({re.escape(REPORT)}|{re.escape(DIALOGUES)})")
_STATIC = Path(__file__).parents[1] / "static"


class RunBrowser(LoopbackServer):
    """Serves the page of all runs in `folder`; reads only, and follows no symbolic link inside the folder."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.rows = RunRows(folder)
        self._reading, self._writing = Lock(), Lock()
        self._reports: OrderedDict[tuple[str, ...], tuple[object, bytes]] = OrderedDict()
        super().__init__(port)

    def reply(self, name: str, query: str, headers: Mapping[str, str]) -> Reply | None:
        """Return the page, its rows, or a report."""
        try:
            if name == "":
                return _page(str(self.rows.folder))
            if name == "runs.json":
                return self._list(headers)
            if name == "report":
                return Reply(self._report(_keys(query)), REPORT_HEADERS)
            if found := _RUN_PAGE.fullmatch(name):
                return Reply(self._run_page(*found.groups()), REPORT_HEADERS)
        except (HarnessError, ScorersError, TasksError, OSError) as error:
            return _page(str(self.rows.folder), str(error), HTTPStatus.UNPROCESSABLE_ENTITY)
        return None

    def _list(self, headers: Mapping[str, str]) -> Reply:
        with self._reading:
            content = json.dumps(self.rows.read()).encode()
        tag = f'"{sha256(content).hexdigest()[:32]}"'
        if headers.get("if-none-match") == tag:
            return Reply(headers={"ETag": tag}, status=HTTPStatus.NOT_MODIFIED)
        return Reply(content, {"Content-Type": "application/json", "ETag": tag})

    def _run_page(self, key: str, page: str) -> bytes:
        """Return the report of one run, or the page of its dialogues, which the report links to by its name."""
        if page == REPORT:
            return self._report((key,))
        with self._reading:
            return read_report(self.rows.find(key) / page)

    def _report(self, keys: tuple[str, ...]) -> bytes:
        """Return a report: the one in the folder if it is of the present responses, else a new one, not saved there."""
        with self._reading:
            folders = [self.rows.find(key) for key in keys]
            signed = [self.rows.reader.signature(folder.name) for folder in folders]
        if len(folders) == 1:
            path = folders[0] / REPORT
            if has_current_verdicts(folders[0]) and path.is_file():
                return read_report(path)
        with self._writing:  # one at a time: each may take all of a processor
            known = self._reports.pop(keys, None)
            content = known[1] if known and known[0] == signed else _write_report(folders)
            self._reports[keys] = signed, content
            while len(self._reports) > _REPORTS:
                self._reports.popitem(last=False)
        return content


def _keys(query: str) -> tuple[str, ...]:
    """Return the ids of the runs that a report is of; raises `HarnessError` for none, too many or one twice."""
    keys = tuple(parse_qs(query, max_num_fields=MOST_RUNS + 1).get("run", ())) if query.count("&") <= MOST_RUNS else ()
    if not 0 < len(keys) <= MOST_RUNS or len(set(keys)) < len(keys):
        raise HarnessError(f"a report is of 1 to {MOST_RUNS} different runs; go back to the list and select them")
    return keys


def _write_report(folders: list[Path]) -> bytes:
    with TemporaryDirectory(prefix="ifh-view-") as name:
        path = Path(name) / REPORT
        report_runs([str(folder) for folder in folders], path)
        return path.read_bytes()


def _page(folder: str, problem: str = "", status: HTTPStatus = HTTPStatus.OK) -> Reply:
    style, script = _static()
    text = load_template("runs.html.j2").render(folder=folder, problem=problem, style=style, script=script)
    policy = f"{content_policy(style, script)}; connect-src 'self'; frame-ancestors 'none'"
    return Reply(
        text.encode("utf-8", "backslashreplace"), {"Content-Type": HTML, "Content-Security-Policy": policy}, status
    )


@cache
def _static() -> tuple[Markup, Markup]:
    """Return the style and the script of the page."""
    from markupsafe import Markup

    style = "".join((_STATIC / name).read_text(encoding="utf-8") for name in ("app.css", "media.css", "runs.css"))
    return Markup(style), Markup(join_scripts(("dom", "runs")))  # noqa: S704 - our own files
