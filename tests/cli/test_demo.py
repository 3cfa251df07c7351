from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from comity.base.errors import Conflict, InputError, Unavailable
from comity.base.files import Rejects
from comity.cli import demo, run
from comity.cli.demo import data, report, stage, story
from comity.cli.demo.client import Desk, Refused
from comity.cli.supervisor import only_one
from comity.match.sources import read
from comity.node.home import Home

LISTS = Path(os.environ.get("COMITY_DATA", Path(__file__).parents[2].parent / "shared" / "data"))


class Counter(BaseHTTPRequestHandler):
    """A node that counts: GET tells, POST adds one and, while `breaks` lasts, hangs up before it answers."""

    count = breaks = 0

    def do_GET(self) -> None:
        self.answer(200, {"count": type(self).count})

    def do_POST(self) -> None:
        type(self).count += 1
        if type(self).breaks:
            type(self).breaks -= 1
            self.close_connection = True
            return
        self.answer(403, {"error": "No more.", "articles": ["1"]})

    def answer(self, status: int, value: dict[str, object]) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: the test's output stays its own."""


@pytest.fixture
def desk() -> Iterator[Desk]:
    Counter.count = Counter.breaks = 0
    with ThreadingHTTPServer(("127.0.0.1", 0), Counter) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        desk = Desk(f"http://127.0.0.1:{server.server_port}", "token", "test", patience=5)
        yield desk
        desk.close()
        server.shutdown()


def test_what_was_done_although_no_answer_came_is_not_done_again(desk):
    Counter.breaks = 1
    done = desk.ensure(lambda: desk.get("/x")["count"] or None, lambda: desk.post("/x"), "it")
    assert (done, Counter.count) == (1, 1)


def test_what_is_done_already_is_not_done(desk):
    Counter.count = 7
    assert desk.ensure(lambda: desk.get("/x")["count"] or None, lambda: desk.post("/x"), "it") == 7
    assert Counter.count == 7


def test_a_refusal_is_handed_on_with_its_reason(desk):
    with pytest.raises(Refused, match="No more") as caught:
        desk.ensure(lambda: None, lambda: desk.post("/x"), "it")
    assert (caught.value.status, caught.value.problem["articles"]) == (403, ["1"])


def test_a_node_that_stays_away_is_named_after_a_while(desk):
    lost = Desk("http://127.0.0.1:9", "token", "test", patience=0)
    with pytest.raises(Unavailable, match="in vain for the worklist"):
        lost.until(lambda: lost.get("/worklist"), "the worklist")
    lost.close()


def test_a_folder_that_is_no_demos_is_left_alone(tmp_path: Path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match="not a folder of the demo"):
        stage.prepare_folder(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_what_an_earlier_demo_left_is_deleted(tmp_path: Path):
    stage.prepare_folder(tmp_path)
    Home.create(tmp_path / "nl", "nl", 8001)
    (tmp_path / "nl.log").write_text("...")
    stage.prepare_folder(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [stage.MARK]


def test_a_demo_that_runs_is_not_deleted(tmp_path: Path):
    stage.prepare_folder(tmp_path)
    home = Home.create(tmp_path / "nl", "nl", 8001)
    with only_one(home.run_dir / "up.lock"), pytest.raises(Conflict, match="up already"):
        stage.prepare_folder(tmp_path)
    assert (tmp_path / "nl" / "node.json").exists()


def test_a_deviation_ends_the_demo_with_status_one_and_says_what_it_was(monkeypatch, capsys, tmp_path):
    ended = []
    here = SimpleNamespace(home=tmp_path)
    set_up = SimpleNamespace(
        start=lambda: None, stop=lambda: ended.append(True), loaded=[], dutch=here, german=here
    )
    monkeypatch.setattr(demo, "_furnished", lambda *_: set_up)

    class Bad:
        def __init__(self, *_: object) -> None: ...

        def __enter__(self) -> Bad:
            return self

        def __exit__(self, *_: object) -> None: ...

        def play(self) -> None:
            raise report.Deviation("the clock did not pause")

    monkeypatch.setattr(story, "Story", Bad)
    assert run(["demo", "--once"]) == 1
    assert "did not go as it should: the clock did not pause" in capsys.readouterr().err
    assert ended == [True]


def test_an_unknown_story_is_refused(capsys):
    assert run(["demo", "--story", "second"]) == 2
    assert "expected one of first" in capsys.readouterr().err


def test_real_lists_that_are_missing_are_named(tmp_path: Path):
    with pytest.raises(InputError, match=r"un_consolidated\.xml"):
        data.real(tmp_path, tmp_path)


@pytest.mark.skipif(
    not (LISTS / "alerts").is_dir(), reason="needs the real lists: COMITY_DATA names their folder"
)
def test_the_manifest_of_the_real_lists_names_a_vessel_otherwise_under_its_own_number(tmp_path: Path):
    chosen = data.real(LISTS, tmp_path)
    rejects = Rejects()
    rows = {row["role"]: row for row in read(chosen.manifest, "manifest", rejects)}
    police = (tmp_path / "german_register.jsonl").read_text().splitlines()
    vessel, person = (json.loads(line)["properties"] for line in police)
    assert rejects.count == 0
    assert rows["carrying vessel"]["properties"]["imoNumber"] == vessel["imoNumber"][:1]
    assert rows["carrying vessel"]["properties"]["name"] != vessel["name"][:1]
    assert rows["master"]["properties"]["name"][0] in person["alias"]
