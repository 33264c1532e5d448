"""Sources against servers that mean harm or are half dead: addresses inside, bombs, dripping, dead links, debris."""

from __future__ import annotations

import contextlib
import gzip
import json
import time

import pytest
from serving import STORY, Answer, Site, read, refused

from tasks.article import UnreadArticle
from tasks.errors import SourceError
from tasks.quality import Quality
from tasks.quality.article_filter import filter_articles
from tasks.sources import load_source, read_articles
from tasks.sources.support import fetch, web
from tasks.sources.support.extracts import clean_extract
from tasks.sources.support.html import article_text, plain_title, unescape_markup

pytestmark = pytest.mark.usefixtures("quick")
PROSE = f"{STORY} Farmers from both sides of the river had asked for it since the last ferry sank in a storm."
PAGE = f"<html><body><article><h1>Bridge</h1>{f'<p>{PROSE}</p>' * 3}</article></body></html>"


def rss(*items: str) -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>H</title>{"".join(items)}</channel></rss>'


def item(number: int, link: str, title: str = "Bridge", body: str = "Short.") -> str:
    return (
        f"<item><guid>g{number}</guid><title>{title}</title><link>{link}</link><description>{body}</description></item>"
    )


def test_a_feed_does_not_lead_to_another_port_or_address_of_this_machine():
    with Site(lambda _: "secret") as inner:
        port = inner.url.rpartition(":")[2]

        def answer(asked):
            here = f"http://{asked.headers['host']}"
            if asked.path == "/moved":
                return Answer("", 302, {"location": inner.url})
            links = [inner.url, f"http://localhost:{port}/", f"http://[::ffff:127.0.0.1]:{port}/", f"{here}/moved"]
            return rss(*(item(n, link) for n, link in enumerate(links))) if asked.path == "/rss" else PAGE

        with Site(answer) as site:
            found = read("feed", url=f"{site.url}/rss", follow=True)
        assert inner.asked == []
    assert len(found) == 4
    assert all(isinstance(article, UnreadArticle) and "inside your own" in article.reason for article in found)


def test_a_name_that_resolves_inside_is_refused(monkeypatch):
    def resolve(host, port, *_, **__):
        return [(2, 1, 6, "", ("169.254.169.254" if host == "metadata.example" else "127.0.0.1", port))]

    with Site(lambda _: rss(item(1, "http://metadata.example/latest"))) as site:
        monkeypatch.setattr("tasks.limits.addresses.socket.getaddrinfo", resolve)
        [found] = read("feed", url=f"{site.url}/rss", follow=True)
    assert isinstance(found, UnreadArticle)
    assert "169.254.169.254" in found.reason


@pytest.mark.parametrize("status", [403, 500])
def test_a_dead_link_is_skipped_and_counted(status):
    def answer(asked):
        here = f"http://{asked.headers['host']}"
        if asked.path == "/rss":
            return rss(*(item(n, f"{here}/{n}") for n in range(3)))
        return Answer("", status) if asked.path == "/1" else PAGE.replace("Bridge", f"Bridge {asked.path}")

    with Site(answer) as site:
        options = {"url": f"{site.url}/rss", "follow": True}
        sifted = filter_articles(read_articles("feed", options), None)
    assert [article.id for article in sifted.accepted] == ["g0", "g2"]
    assert dict(sifted.by_rule) == {"unreachable": 1}
    assert str(status) in sifted.rejected[0].reason


def test_a_dead_feed_beside_another_is_counted_and_alone_an_error():
    with Site(lambda asked: rss(item(1, "")) if asked.path == "/rss" else Answer("", 403)) as site:
        dead, one = read("feed", url=[f"{site.url}/dead", f"{site.url}/rss"])
        assert isinstance(dead, UnreadArticle)
        assert one.id == "g1"
        assert "403" in refused("feed", url=f"{site.url}/dead")
        assert "403" in refused("feed", url=[f"{site.url}/dead", f"{site.url}/dead2"])


def test_a_site_whose_links_are_all_dead_is_given_up():
    def answer(asked):
        here = f"http://{asked.headers['host']}"
        return rss(*(item(n, f"{here}/{n}") for n in range(50))) if asked.path == "/rss" else Answer("", 403)

    with Site(answer) as site:
        assert "403" in refused("feed", url=f"{site.url}/rss", follow=True)
        assert len(site.asked) < 20


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_bomb_of_gzip_is_cut_off(coding):
    import zlib

    bomb = (gzip if coding == "gzip" else zlib).compress(b"a" * 60_000_000, 9)
    with Site(lambda _: Answer(bomb, headers={"content-encoding": coding})) as site:
        assert "larger than 16 MB" in refused("feed", url=site.url)
        assert len(site.asked) == 1, "another attempt brings the same"


def test_plain_gzip_is_read_and_what_is_damaged_or_not_requested_is_told(monkeypatch):
    monkeypatch.setattr(web, "ATTEMPTS", 1)
    packed = gzip.compress(rss(item(1, "")).encode())
    answers = {"/good": ("gzip", packed), "/cut": ("gzip", packed[:-12]), "/bad": ("gzip", b"xx"), "/br": ("br", b"xx")}

    def answer(asked):
        coding, body = answers[asked.path]
        return Answer(body, headers={"content-encoding": coding})

    with Site(answer) as site:
        assert len(read("feed", url=f"{site.url}/good")) == 1
        assert "too early" in refused("feed", url=f"{site.url}/cut")
        assert "not valid gzip" in refused("feed", url=f"{site.url}/bad")
        assert "not requested" in refused("feed", url=f"{site.url}/br")


def test_a_page_that_drips_ends_at_the_deadline(monkeypatch):
    import socket
    import threading

    monkeypatch.setattr(web, "ATTEMPTS", 1)
    monkeypatch.setattr(fetch, "TOTAL_SECONDS", 0.4)
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def drip():
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while not done.wait(0.05):
                try:
                    connection.sendall(b"x-a: b\r\n")
                except OSError:
                    return

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    began = time.monotonic()
    message = refused("feed", url=f"http://127.0.0.1:{listener.getsockname()[1]}/")
    done.set()
    listener.close()
    assert "no complete response within 0.4 seconds" in message
    assert time.monotonic() - began < 3


def test_redirects_that_never_end_and_a_key_that_is_not_passed_on(monkeypatch):
    monkeypatch.setattr(web, "ATTEMPTS", 1)

    def answer(asked):
        if asked.path == "/search":
            return Answer("", 302, {"location": "/elsewhere"})
        return Answer("", 302, {"location": "/elsewhere"})

    with Site(answer) as site:
        assert "redirects" in refused("guardian", base_url=site.url)
        assert "api-key" in site.asked[0].query
        assert all("api-key" not in asked.query for asked in site.asked[1:])


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        '{"response": ' + "7" * 10_000 + "}",
        '{"response": {"status": "ok", "pages": 9, "results": [{"id": [], "fields": {"bodyText": {}}}]}}',
        json.dumps({"response": [1]}),
        b"\xff\xfe\x00",
    ],
)
def test_json_of_another_shape_is_told(monkeypatch, body):
    monkeypatch.setattr(web, "ATTEMPTS", 1)
    with Site(lambda _: Answer(body)) as site:
        for name, options in (
            ("guardian", {}),
            ("globalvoices", {}),
            ("wikipedia", {"contact": "a@b.org"}),
        ):
            with contextlib.suppress(SourceError):
                assert list(load_source(name, {"base_url": site.url, **options}).articles()) == []


def test_a_server_that_repeats_itself_for_ever_ends():
    def answer(asked):
        if asked.path == "/search":
            return {"response": {"status": "ok", "pages": 10**9, "results": []}}
        if "list" in asked.query:
            return {"continue": {"rccontinue": "1"}, "query": {"recentchanges": []}}
        return [{"id": 1, "title": {"rendered": "T"}, "content": {"rendered": "<p>a</p>"}}] * 2

    with Site(answer) as site:
        assert read("guardian", base_url=site.url) == []
        assert len(read("globalvoices", base_url=site.url, limit=2)) == 1
        assert read("wikipedia", base_url=site.url, contact="a@b.org", limit=5) == []
        assert len(site.asked) < 60


def test_a_doubly_escaped_body_and_title_are_mended():
    tea = "Tea &amp;amp;amp; cake &amp;amp;rsquo;s."
    body = f"&amp;lt;p&amp;gt;{PROSE}&amp;lt;/p&amp;gt;&amp;lt;p&amp;gt;{tea}&amp;lt;/p&amp;gt;"
    title = "&amp;lt;em&amp;gt;Bridge&amp;lt;/em&amp;gt; opens: 3 &amp;lt; 4 &amp;amp;amp; more"
    with Site(lambda _: rss(item(1, "", title, body))) as site:
        [article] = read("feed", url=site.url)
    assert article.title == "Bridge opens: 3 < 4 & more"
    assert article.text.startswith(PROSE)
    assert "<" not in article.text
    assert "&" not in article.text.replace("Tea & cake", "")


def test_text_about_markup_is_left_alone():
    assert plain_title("Why 3 &lt; 4 and x > y") == "Why 3 < 4 and x > y"
    assert plain_title("The <b>bold</b> &amp; the <x>") == "The bold & the <x>"
    assert unescape_markup("<p>Write &lt;p&gt; for a paragraph.</p>") == "<p>Write &lt;p&gt; for a paragraph.</p>"


def test_captions_of_short_bodies_are_no_sentences():
    body = (
        "<figure><img src='a.jpg'/><figcaption>A man looks at a bridge. Photograph: A. Person</figcaption></figure>"
        "<p class='wp-caption-text'>Caption two.</p><div class='photo-caption'>Caption three.</div>"
        "<p>It rained today.</p>"
    )
    assert article_text("feed", body) == "It rained today."


@pytest.mark.parametrize(
    ("extract", "mended"),
    [
        ("It opened in 1990.The town was glad.", "It opened in 1990.The town was glad."),
        ("The bridge was opened.The town was glad.", "The bridge was opened. The town was glad."),
        ("It was opened (in May).The town was glad.", "It was opened (in May). The town was glad."),
        ("Tarn ( ; born 1990) is a town ().", "Tarn (born 1990) is a town."),
        ("Tarn (, ) lies here（）。", "Tarn lies here。"),
        ("The area {\\displaystyle A={\\frac {1}{2}}} is small.", "The area is small."),
        ("See example.Org/Path.Html or the U.S.Army.", "See example.Org/Path.Html or the U.S.Army."),
    ],
)
def test_extracts_are_mended(extract, mended):
    assert " ".join(clean_extract(extract).split()) == mended


def test_unbalanced_formulas_take_no_time():
    began = time.monotonic()
    clean_extract("{\\displaystyle " * 20_000)
    clean_extract("( ;" * 100_000)
    clean_extract("a." * 100_000 + "(" * 100_000 + " " * 100_000)
    plain_title("<" * 200_000 + "&lt;" * 100_000)
    unescape_markup("&amp;" * 200_000 + "<!--" * 50_000)
    clean_extract("x ;," + " ;" * 50_000)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("debris", "part"),
    [
        ("The area {\\displaystyle A} is small.", "formula source"),
        ("&lt;p&gt;It rained.&lt;/p&gt;", "HTML markup"),
        ("<p>It rained.</p> <br/>", "HTML markup"),
        ("Tarn ( ) and Orla (;) are towns.", "empty parentheses"),
        ("The bridge was opened.The town was glad.Nobody had hoped for that.", "glued sentences"),
    ],
)
def test_debris_is_rejected_with_a_reason(debris, part):
    from tasks.article import Article

    article = Article("a", "Bridge", f"{PROSE} {debris} {PROSE}")
    [rejected] = filter_articles([article], Quality()).rejected
    assert rejected.rule == "debris"
    assert part in rejected.reason
    assert filter_articles([article], Quality(debris=False)).accepted == (article,)
