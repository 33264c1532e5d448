"""The Guardian against a server on loopback: pages, faults, keys, what is kept; and what all live sources refuse."""

from __future__ import annotations

import logging
import time
from pathlib import Path

import pytest
from serving import KEY, STORY, Answer, Site, read, refused

from tasks.article import find_article
from tasks.sources import load_source

pytestmark = pytest.mark.usefixtures("quick")


def result(number: int, **more) -> dict:
    fields = {"headline": f"Story {number}", "bodyText": f"{number}. {STORY}", "wordcount": "22"}
    return {
        "id": f"world/2026/may/0{1 + number % 9}/story-{number}",
        "type": "article",
        "sectionId": "world",
        "webPublicationDate": f"2026-05-0{1 + number % 9}T10:00:00Z",
        "webTitle": f"Story {number}",
        "webUrl": f"https://example.org/story-{number}",
        "fields": fields,
        "isHosted": False,
        **more,
    }


def listed(asked, total: int) -> dict:
    size, page = int(asked.query["page-size"]), int(asked.query["page"])
    numbers = range((page - 1) * size, min(page * size, total))
    pages = -(-total // size)
    head = {"status": "ok", "userTier": "developer", "total": total, "currentPage": page, "pages": pages}
    return {"response": {**head, "orderBy": "newest", "results": [result(n) for n in numbers]}}


def test_guardian_goes_through_the_pages_and_asks_nothing_twice(tmp_path):
    with Site(lambda asked: listed(asked, 430)) as site:
        options = {
            "base_url": site.url,
            "limit": 1000,
            "from_date": "2026-05-01",
            "section": "world",
            "query": "bridge",
        }
        articles = read("guardian", **options)
        assert len(articles) == len({article.id for article in articles}) == 430
        assert [asked.query["page"] for asked in site.asked] == ["1", "2", "3"]
        assert site.asked[0].path == "/search"
        wanted = {"from-date": "2026-05-01", "section": "world", "q": "bridge", "type": "article", "api-key": KEY}
        assert wanted.items() <= site.asked[0].query.items()
        assert read("guardian", **options) == articles
        assert len(site.asked) == 3
    first = articles[0]
    assert (first.id, first.title, first.published) == ("world/2026/may/01/story-0", "Story 0", "2026-05-01T10:00:00Z")
    assert (first.url, first.origin, first.text) == ("https://example.org/story-0", "guardian", f"0. {STORY}")
    assert first.retrieved.startswith("20")
    assert not first.may_republish
    assert KEY not in "".join(path.read_text() for path in tmp_path.rglob("*.json"))


def test_guardian_stops_at_the_limit_and_leaves_out_what_is_no_article():
    def answer(asked):
        page = listed(asked, 90)
        page["response"]["results"][0]["isHosted"] = True
        del page["response"]["results"][1]["fields"]["bodyText"]
        page["response"]["results"][3]["id"] = page["response"]["results"][2]["id"]
        return page

    with Site(answer) as site:
        articles = read("guardian", base_url=site.url, limit=40)
    assert len(articles) == 40
    assert len(site.asked) == 2
    assert [article.text[:2] for article in articles[:3]] == ["2.", "4.", "5."]


def test_guardian_with_no_result_and_one_article_by_its_id():
    def answer(asked):
        if asked.path == "/search":
            return listed(asked, 0)
        return {"response": {"status": "ok", "total": 1, "content": result(7)}}

    with Site(answer) as site:
        source = load_source("guardian", {"base_url": site.url})
        assert list(source.articles()) == []
        article = find_article(source, "world/2026/may/08/story-7")
        assert article.text == f"7. {STORY}"
        assert site.asked[-1].path == "/world/2026/may/08/story-7"


def test_the_key_is_in_no_log_and_its_lack_is_told(caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    with Site(lambda asked: listed(asked, 1)) as site:
        read("guardian", base_url=site.url)
    assert "api-key" in caplog.text  # the client does tell the address
    assert KEY not in caplog.text
    assert "s3cret" not in caplog.text
    monkeypatch.delenv("GUARDIAN_API_KEY")
    assert "environment variable GUARDIAN_API_KEY" in refused("guardian")
    Path(".env").write_text(f"GUARDIAN_API_KEY={KEY}\n")
    load_source("guardian")


@pytest.mark.parametrize(
    ("fault", "parts"),
    [
        (Answer({"message": "Unauthorized"}, 401), ["401", "the key is refused"]),
        (Answer("Forbidden", 403), ["403", "the key is refused"]),
        (Answer("", 429, {"retry-after": "86400"}), ["too many requests", "86400 seconds", "articles-cache"]),
        (Answer("down", 503), ["answered 503, 5 times", "the same command resumes there"]),
        (Answer("<html>", 200), ["not JSON but b'<html>', 5 times"]),
        (Answer({"message": "Limit"}, 200), ["none of the Open Platform, 5 times"]),
        (Answer({"response": {"status": "ok", "pages": 1, "results": [{}, "x"]}}), ["documented shape", "5 times"]),
        (Answer({"a": "b" * 200}, cut=True), ["no answer (RemoteProtocolError), 5 times"]),
        (Answer("", 418), ["answered 418", "check the options"]),
    ],
)
def test_a_fault_that_lasts_is_told(fault, parts):
    with Site(lambda _: fault) as site:
        message = refused("guardian", base_url=site.url)
        assert all(part in message for part in parts), message
        assert len(site.asked) == (5 if "5 times" in parts[-1] or "5 times" in message else 1)


@pytest.mark.parametrize(
    "fault",
    [
        Answer("", 429, {"retry-after": "0"}),
        Answer("", 429, {"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}),
        Answer("", 429),
        Answer("", 500),
        Answer("{", 200),
        Answer({"a": "b" * 200}, cut=True),
    ],
)
def test_a_fault_that_passes_is_waited_out_and_what_came_before_is_kept(fault):
    faults = [fault, fault]

    def answer(asked):
        return faults.pop() if asked.query["page"] == "2" and faults else listed(asked, 300)

    with Site(answer) as site:
        assert len(read("guardian", base_url=site.url, limit=300)) == 300
        assert [asked.query["page"] for asked in site.asked] == ["1", "2", "2", "2"]


def test_a_fetch_that_was_interrupted_goes_on(tmp_path):
    down = [True]

    def answer(asked):
        return Answer("", 500) if down[0] and asked.query["page"] == "2" else listed(asked, 300)

    with Site(answer) as site:
        assert "500" in refused("guardian", base_url=site.url, limit=300)
        down[0] = False
        before = len(site.asked)
        assert len(read("guardian", base_url=site.url, limit=300)) == 300
        assert [asked.query["page"] for asked in site.asked[before:]] == ["2"]
        for path in tmp_path.rglob("*.json"):
            path.write_text(path.read_text()[:40])  # as a crash or a full disk leaves it
        assert len(read("guardian", base_url=site.url, limit=300)) == 300
        assert len(site.asked) == before + 3


def test_requests_keep_their_pace():
    started = time.monotonic()
    with Site(lambda asked: listed(asked, 500)) as site:
        read("guardian", base_url=site.url, limit=500)
    assert time.monotonic() - started >= 0.99  # three requests at two a second


def test_no_server_and_a_named_wait(monkeypatch):
    with Site(lambda asked: listed(asked, 1)) as site:
        url = site.url
    assert "no answer (ConnectError), 5 times" in refused("guardian", base_url=url)
    waits = []
    monkeypatch.setattr("time.sleep", waits.append)
    with Site(lambda _: Answer("", 429, {"retry-after": "7"})) as site:
        refused("guardian", base_url=site.url)
    assert waits.count(7.0) == 4


@pytest.mark.parametrize(
    ("name", "options", "part"),
    [
        ("guardian", {"from_date": "May"}, "from_date takes a day"),
        ("guardian", {"order": "new"}, "newest, oldest, relevance"),
        ("guardian", {"limit": 0}, "limit must be"),
        ("guardian", {"section": 3}, "section takes a string"),
        ("guardian", {"base_url": "ftp://x"}, "base_url must be an address"),
        ("guardian", {"base_url": "https://me:pw@x.org"}, "without a user"),
        ("globalvoices", {"language": "zhs"}, "did you mean 'zh'"),
        ("wikipedia", {}, "needs the option 'contact'"),
        ("wikipedia", {"contact": "me"}, "mail or web address"),
        ("wikipedia", {"contact": "me@example.org", "titles": "Tarn"}, "list of page titles"),
        ("feed", {"url": []}, "names no feed"),
        ("feed", {"url": "news.xml"}, "url must be an address"),
        ("feed", {"url": 5}, "url must be an address"),
        ("feed", {"url": "http://x.org", "follow": "yes"}, "follow takes true or false"),
    ],
)
def test_options_that_cannot_be_are_refused(name, options, part):
    message = refused(name, **options)
    assert part in message
    assert "pw" not in message


def test_a_cache_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with Site(lambda asked: listed(asked, 1)) as site:
        assert "name another folder with cache" in refused("guardian", base_url=site.url, cache="file")
