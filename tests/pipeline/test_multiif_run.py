"""Multi-IF through the command line: dialogues of two and three turns against a server, killed and resumed."""

from __future__ import annotations

import csv
import json
import shutil
import signal
import subprocess
import threading
import time
from collections import Counter

import pytest
from ifh import COMMAND, lines, only_run
from inside import inside as ifh
from loopback import Loopback, Reply, complains, says

from harness.reporting.serving.report_server import ReportServer
from harness.reporting.serving.run_browser import RunBrowser

COMMA, QUOTES, WORDS = "punctuation:no_comma", "startend:quotation", "length_constraints:number_words"
PROMPTS = {
    "1:1:en": ("English", "Write about a mill. No commas.", "Wrap it in double quotes.", "At least 5 words."),
    "2:1:zh": ("Chinese", "写一条河。不要用逗号。", "加上双引号。", "至少五个词。"),
    "3:1:hi": ("Hindi", "नदी के बारे में लिखें।", "उद्धरण चिह्न लगाएँ।", ""),
}
ARGUMENTS = {COMMA: {}, QUOTES: {}, WORDS: {"num_words": 5, "relation": "at least"}}
RUN = ("run", "multi-if", "--samples", "set.csv", "--model", "compatible/mock", "--concurrency", "2")
IDS = (COMMA, QUOTES, WORDS)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SIZE = 8
"""Turns of the three dialogues."""


def write_set(folder):
    names = [f"turn_{t}_{part}" for t in (1, 2, 3) for part in ("prompt", "instruction_id_list", "kwargs")]
    with (folder / "set.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, ["key", "turns", "responses", "turn_index", "language", *names], restval="")
        table.writeheader()
        for key, (language, *prompts) in PROMPTS.items():
            row = {"key": key, "language": language}
            for turn, prompt in enumerate(prompts, 1):
                if prompt:
                    ids = IDS[:turn]
                    row[f"turn_{turn}_prompt"] = json.dumps({"role": "user", "content": prompt})
                    row[f"turn_{turn}_instruction_id_list"] = json.dumps(ids)
                    row[f"turn_{turn}_kwargs"] = json.dumps([json.dumps(ARGUMENTS[id]) for id in ids])
            table.writerow(row)
    return folder


def texts(body):
    return tuple(message["content"] for message in body["messages"])


def answer(body):
    number = (len(texts(body)) + 1) // 2
    return says({1: "One mill", 2: '"One mill"', 3: '"One, mill"'}[number], usage={"prompt_tokens": 9})


def slow(body):
    return Reply(answer(body).body, delay=0.1)


def test_a_run_sends_the_published_dialogue_and_settings(tmp_path):
    with Loopback(answer) as server:
        done = ifh(*RUN, "--base-url", server.url, "--json", cwd=write_set(tmp_path))
        bodies = [heard.body for heard in server.heard]
    assert sorted(map(len, map(texts, bodies))) == [1, 1, 1, 3, 3, 3, 5, 5]
    whole = next(texts(body) for body in bodies if len(texts(body)) == 5 and "mill" in texts(body)[0])
    assert whole == (PROMPTS["1:1:en"][1], "One mill", PROMPTS["1:1:en"][2], '"One mill"', PROMPTS["1:1:en"][3])
    sent = {name: bodies[0][name] for name in ("max_tokens", "temperature", "top_p", "seed")}
    assert sent == {"max_tokens": 1024, "temperature": 0.6, "top_p": 0.9, "seed": 42}
    by_turn = json.loads(done.stdout)["by_turn"]
    overall = {turn: by_turn[turn]["all_languages"]["overall"] for turn in ("turn_1", "turn_2", "turn_3")}
    assert overall == {"turn_1": 1.0, "turn_2": 1.0, "turn_3": pytest.approx((0 + 1 / 3) / 2)}
    assert [by_turn[f"turn_{t}"]["all_languages"]["prompts"] for t in (1, 2, 3)] == [3, 3, 2]
    assert "Hindi" not in by_turn["turn_3"]


def test_a_limit_counts_dialogues(tmp_path):
    with Loopback(answer) as server:
        found = json.loads(
            ifh(*RUN, "--base-url", server.url, "--limit", "2", "--json", cwd=write_set(tmp_path)).stdout
        )
    assert (found["scored"], len(server.heard)) == (6, 6)


def test_kill_9_at_every_turn_requests_again_only_what_was_in_flight(tmp_path):
    write_set(tmp_path)
    saved = Counter()
    with Loopback(slow) as server:
        command = [*COMMAND, *RUN, "--base-url", server.url]
        for turn in (1, 2, 3):
            with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
                deadline = time.monotonic() + 60
                while not any(len(texts(heard.body)) == 2 * turn - 1 for heard in server.heard):
                    assert time.monotonic() < deadline
                    time.sleep(0.005)
                run.send_signal(signal.SIGKILL)
            time.sleep(0.2)
            ids = [line["sample_id"] for line in lines(only_run(tmp_path) / "responses.jsonl")]
            assert len(ids) == len(set(ids)), "nothing saved was requested again"
            saved[turn] = len(ids)
        found = json.loads(ifh(*RUN, "--base-url", server.url, "--json", cwd=tmp_path).stdout)
        asked = Counter(texts(heard.body) for heard in server.heard)
    assert (found["scored"], found["unscored"]) == (SIZE, 0)
    assert len(lines(only_run(tmp_path) / "responses.jsonl")) == SIZE == len(asked)
    assert sum(asked.values()) - SIZE <= 3 * 2, "three kills, two requests in flight"
    assert saved[1] <= saved[2] <= saved[3] < SIZE


def test_a_rejected_turn_leaves_the_later_ones_unscored(tmp_path):
    def reject(body):
        return complains(400, "not this") if len(texts(body)) == 3 and "mill" in texts(body)[0] else answer(body)

    with Loopback(reject) as server:
        done = ifh(*RUN, "--base-url", server.url, "--json", cwd=write_set(tmp_path))
        found = json.loads(done.stdout)
    assert found["failures"] == {"earlier_turn": 1, "rejected": 1}
    assert found["by_turn"]["turn_3"]["all_languages"] | {"overall": 0} == found["by_turn"]["turn_3"]["Chinese"] | {
        "overall": 0,
        "unscored": 1,
    }
    status = json.loads(ifh("status", only_run(tmp_path).name, "--json", cwd=tmp_path).stdout)
    assert (status["failed"], status["remaining"]) == ({"rejected": 1, "earlier_turn": 1}, 0)


@pytest.fixture
def scored(tmp_path):
    """Return the folder of responses that were scored, some of them hostile or missing."""
    said = {
        "1:1:en": ["One <script>window.pwned=1</script> mill", '"One, \u202emill"', None],
        "2:1:zh": ["一条河。", "“一条河。”", '"一条河, 再见。"'],
        "3:1:hi": ["नदी।", '"नदी।"'],
    }
    (tmp_path / "said.json").write_text(json.dumps(said), encoding="utf-8")
    write_set(tmp_path)
    ifh("score", "--questions", "set.csv", "--answers", "said.json", "--out", "run", cwd=tmp_path)
    return tmp_path / "run"


def test_the_page_shows_every_turn_and_what_is_forgotten(scored):
    page = (scored / "dialogues.html").read_text(encoding="utf-8")
    assert '<a href="dialogues.html">' in (scored / "report.html").read_text(encoding="utf-8")
    assert page.count("<article") == 3
    assert page.count("<section") == SIZE
    assert page.count("forgotten: followed in the turn before") == 2
    assert "<script" not in page
    assert "One &lt;script&gt;" in page
    assert "\u202e" not in page
    assert "missing: said.json holds no answer" in page
    for text in PROMPTS["3:1:hi"][1:3]:
        assert f'<div class="said given" lang="hi" dir="auto">{text}</div>' in page
    assert "<mark>,</mark>" in page


def test_the_page_is_filtered_in_a_browser_and_fetches_nothing(scored):
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM:
        pytest.skip("no chromium on this machine (Debian: apt-get install chromium)")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        trouble, fetched = [], []
        page.on("console", lambda message: trouble.append(message.text))
        page.on("request", lambda request: fetched.append(request.url))
        page.goto((scored / "dialogues.html").as_uri())
        assert page.locator("article:visible").count() == 3
        page.get_by_label("only with a forgotten instruction").check()
        assert page.locator("article:visible").count() == 2
        page.get_by_label("Chinese").check()
        [shown] = page.locator("article:visible summary").all_inner_texts()
        assert shown.startswith("2:1:zh")
        browser.close()
    assert (trouble, len(fetched)) == ([], 1)


def test_the_page_opens_from_a_served_report(scored):
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM:
        pytest.skip("no chromium on this machine (Debian: apt-get install chromium)")
    servers = RunBrowser(scored.parent), ReportServer(scored / "report.html")
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.set_default_timeout(8000)
        page.goto(servers[0].url)
        page.get_by_role("link", name=scored.name, exact=True).click()
        for server in servers:
            page.get_by_role("link", name="Dialogues turn by turn").click()
            page.wait_for_url("**/dialogues.html")
            assert page.locator("article").count() == 3
            page.goto(servers[1].url)
            server.shutdown()
            server.server_close()
        browser.close()


def test_two_runs_are_compared_by_turn_and_language(scored):
    said = {"1:1:en": ["One mill", "no", "no"], "2:1:zh": ["河", "河", "河"], "3:1:hi": ["नदी।", '"नदी।"']}
    (scored.parent / "other.json").write_text(json.dumps(said), encoding="utf-8")
    ifh("score", "--questions", "set.csv", "--answers", "other.json", "--out", "other", cwd=scored.parent)
    found = json.loads(ifh("compare", "run", "other", "--json", cwd=scored.parent).stdout)
    assert found["unit"] == "dialogues"
    assert list(found["by_turn"])[:4] == ["turn_1", "turn_2", "turn_3", "turn_1, Chinese"]
    assert list(found["by_language"]) == ["Chinese", "English", "Hindi"]
    scores = [json.loads((folder / "scores.json").read_bytes()) for folder in (scored, scored.parent / "other")]
    for side, score in zip("ab", scores, strict=True):
        overall = score["by_turn"]["turn_2"]["all_languages"]["overall"]
        assert found["by_turn"]["turn_2"][side] == pytest.approx(100 * overall, abs=1e-3)
    assert (found["by_turn"]["turn_3"]["n"], found["by_turn"]["turn_2"]["n"]) == (1, 3)
    table = ifh("compare", "run", "other", cwd=scored.parent).stdout
    assert "mean of four accuracies" in table
    assert "turn_2, Hindi" in table


def test_an_exported_table_has_each_dialogue_in_one_row_whatever_the_order_of_the_samples(scored):
    ifh("export", "run", "--to", "multiif", "-o", "in-order", cwd=scored.parent)
    texts = (scored / "samples.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    mixed = [*texts[::3], *texts[1::3], *texts[2::3]]
    (scored.parent / "mixed.jsonl").write_text("".join(mixed), encoding="utf-8")
    ifh("export", "mixed.jsonl", "--to", "multiif", "--with-text", "-o", "mixed.csv", cwd=scored.parent)
    with (scored.parent / "in-order" / "multiif.csv").open(encoding="utf-8", newline="") as file:
        run = list(csv.DictReader(file))
    with (scored.parent / "mixed.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["key"] for row in run] == list(PROMPTS)
    assert [row["key"] for row in rows] == list(dict.fromkeys(json.loads(line)["meta"]["group"] for line in mixed))
    for row in rows:
        other = next(one for one in run if one["key"] == row["key"])
        shared = row.keys() & other.keys()
        assert {name: row[name] for name in shared} == {name: other[name] for name in shared}
    assert json.loads(run[0]["turn_2_response"]) == [{"response": '"One, \u202emill"'}]
    assert run[0]["turn_3_failure"] == "missing"


def test_a_leaderboard_has_turns_and_languages(scored):
    found = json.loads(ifh("leaderboard", "run", "--json", cwd=scored.parent).stdout)
    [row] = found["rows"]
    overall = json.loads((scored / "scores.json").read_bytes())["by_turn"]
    for turn, by_language in overall.items():
        for language, metrics in by_language.items():
            if metrics["overall"] is not None:
                name = turn if language == "all_languages" else f"{turn}, {language}"
                assert row["turns"][name] == pytest.approx(100 * metrics["overall"], abs=1e-3)
    table = ifh("leaderboard", "run", "--sort", "turn_2, Hindi", cwd=scored.parent).stdout
    assert "turn 1 turn 2 turn 3" in table
    assert "3, zh" in table
    assert "| turn\\_3, Chinese |" in ifh("leaderboard", "run", "--markdown", cwd=scored.parent).stdout
