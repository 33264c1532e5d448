"""Global Voices, Wikipedia and feeds against servers on loopback that speak their documented formats."""

from __future__ import annotations

import pytest
from serving import STORY, Answer, Site, read, refused

from tasks.article import find_article
from tasks.errors import SourceError
from tasks.sources import globalvoices, load_source

pytestmark = pytest.mark.usefixtures("quick")


# Global Voices


BODY = (
    '<p>The bridge at <a href="https://example.org">Tarn</a> was opened on Monday &amp; praised.</p>'
    "<script>track()</script><p>It took nine years to build. Nobody had thought it would take so long, and "
    "some said so.</p><h3>A toll</h3><p>The toll is two crowns. Farmers wanted none at all.</p>"
)


def post(number: int) -> dict:
    return {
        "id": number,
        "date": f"2026-05-02T0{number % 10}:00:00",
        "date_gmt": f"2026-05-02T0{number % 10}:30:00",
        "link": f"https://example.org/{number}/",
        "title": {"rendered": f"Bridge &#8216;No. {number}&#8217; <em>opens</em>"},
        "content": {"rendered": BODY},
        "author": 3,
    }


def test_global_voices_goes_to_the_page_past_the_end(monkeypatch):
    monkeypatch.setattr(globalvoices, "_PAGE", 10)

    def answer(asked):
        page, size = int(asked.query["page"]), int(asked.query["per_page"])
        posts = [post(n) for n in range(1, 21)][(page - 1) * size : page * size]
        return posts or Answer({"code": "rest_post_invalid_page_number"}, 400)

    with Site(answer) as site:
        articles = read("globalvoices", base_url=site.url, limit=500, after="2026-05-01")
        assert [asked.query["page"] for asked in site.asked] == ["1", "2", "3"]
        assert site.asked[0].path == "/wp-json/wp/v2/posts"
        assert site.asked[0].query["after"] == "2026-05-01T00:00:00"
    assert len(articles) == 20
    first = articles[0]
    assert (first.id, first.title) == ("en:1", "Bridge ‘No. 1’ opens")
    assert first.text.split("\n\n") == [
        "The bridge at Tarn was opened on Monday & praised.",
        "It took nine years to build. Nobody had thought it would take so long, and some said so.",
        "A toll",
        "The toll is two crowns. Farmers wanted none at all.",
    ]
    assert (first.published, first.url, first.licence) == (
        "2026-05-02T01:30:00Z",
        "https://example.org/1/",
        "CC-BY-3.0",
    )
    assert first.may_republish


def test_global_voices_by_id_in_chinese_and_with_an_empty_body():
    empty = post(4) | {"content": {"rendered": "<p> </p>"}}

    def answer(asked):
        return post(9) if asked.path.endswith("/posts/9") else [empty]

    with Site(answer) as site:
        source = load_source("globalvoices", {"base_url": site.url, "language": "zh"})
        assert [(article.id, article.text) for article in source.articles()] == [("zh:4", "")]
        assert find_article(source, "zh:9").title.startswith("Bridge")


# Wikipedia


def wiki(asked):
    query = asked.query
    if query.get("list") == "recentchanges":
        start = int(query.get("rccontinue", "0"))
        changes = [{"type": "new", "pageid": n, "title": f"T{n}", "timestamp": "2026-05-01T00:00:00Z"} for n in (1, 2)]
        more = {"continue": {"rccontinue": "10", "continue": "-||"}} if not start else {}
        return {**more, "query": {"recentchanges": [c | {"pageid": c["pageid"] + start} for c in changes]}}
    if "titles" in query:
        pages = (
            {"5": {"pageid": 5, "title": "Tarn"}}
            if "Tarn" in query["titles"]
            else {"-1": {"title": "[No]", "invalidreason": "A sign that no title has.", "invalid": ""}}
            if "[" in query["titles"]
            else {"-1": {"title": "No", "missing": ""}}
        )
        return {"query": {"pages": pages}}
    number = query["pageids"]
    if number == "2":
        return {"query": {"pages": {"2": {"pageid": 2, "missing": ""}}}}
    text = f"Tarn is a town.\nIt lies by a lake.\n\n\n== History ==\n{STORY}\n\n== See also ==\nOrla"
    return {"query": {"pages": {number: {"title": f"T{number}", "extract": text, "lastrevid": 77, "fullurl": "x"}}}}


def test_wikipedia_takes_new_pages_and_leaves_out_deleted_ones():
    with Site(wiki) as site:
        articles = read("wikipedia", base_url=site.url, contact="me@example.org")
        assert "me@example.org" in site.asked[0].headers["user-agent"]
    assert [article.id for article in articles] == ["en:1", "en:11", "en:12"]
    assert articles[0].text == f"Tarn is a town.\n\nIt lies by a lake.\n\n{STORY}"
    assert articles[0].url == f"{site.url}/w/index.php?oldid=77"
    assert (articles[0].published, articles[0].licence) == ("2026-05-01T00:00:00Z", "CC-BY-SA-4.0")


def test_wikipedia_takes_pages_by_title_and_id():
    with Site(wiki) as site:
        options = {"base_url": site.url, "contact": "https://example.org/me", "language": "sv"}
        assert [article.id for article in read("wikipedia", **options, titles=["Tarn"])] == ["sv:5"]
        assert "has no page 'No'" in refused("wikipedia", **options, titles=["Nowhere"])
        assert "has no page '[No]'" in refused("wikipedia", **options, titles=["[No]"])
        source = load_source("wikipedia", options)
        assert find_article(source, "sv:5").title == "T5"
        with pytest.raises(SourceError, match="deleted"):
            find_article(source, "sv:2")


def test_a_complaint_of_the_wiki_is_told():
    with Site(lambda _: {"error": {"code": "ratelimited", "info": "You've been too fast."}}) as site:
        assert "You've been too fast" in refused("wikipedia", base_url=site.url, contact="me@example.org")


# Feeds


RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Harbour &amp; Coast</title>
<item><guid>h-1</guid><title>Bridge opens</title><link>{url}/bridge</link>
<pubDate>Sat, 02 May 2026 10:30:00 +0200</pubDate>
<description>Short.</description><content:encoded><![CDATA[<p>The bridge at Tarn was opened on Monday.</p><p>It
took nine years.</p>]]></content:encoded></item>
<item><title>No page</title><link>{url}/gone</link>
<description>Nothing more is known about it yet.</description></item>
<item><guid>h-1</guid><title>Again</title></item><item><title>neither id nor address</title></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title>
<link rel="license" href="https://licence.example/by"/>
<entry><id>tag:a</id><title>T</title><updated>2026-05-02T08:30:00Z</updated>
<summary>Nobody knows why it rained.</summary>
</entry></feed>"""
PAGE = (
    "<html><head></head><body><nav><a href='/n'>News</a></nav><article><h1>Bridge</h1>"
    + "".join(
        f"<p>{STORY} Part {n} of the story is told here, by the people who were there that day.</p>" for n in range(5)
    )
    + "</article><footer>Terms of use, contact, about us</footer></body></html>"
)


def feeds(asked):
    pages = {"/rss": RSS.format(url=f"http://{asked.headers['host']}"), "/atom": ATOM, "/bridge": PAGE}
    if asked.path == "/html":
        return "<html><body>Not a feed</body></html>"
    return pages.get(asked.path, Answer("gone", 404))


def test_a_feed_gives_its_entries():
    with Site(feeds) as site:
        first, second, third = read("feed", url=[f"{site.url}/rss", f"{site.url}/atom"])
    assert (first.id, first.title, first.origin) == ("h-1", "Bridge opens", "Harbour & Coast")
    assert first.text == "The bridge at Tarn was opened on Monday.\n\nIt took nine years."
    assert (first.published, first.licence, first.may_republish) == ("2026-05-02T08:30:00Z", "", False)
    assert second.id == second.url == f"{site.url}/gone"
    assert (third.id, third.published, third.licence) == ("tag:a", "2026-05-02T08:30:00Z", "https://licence.example/by")


def test_a_feed_can_be_followed_to_its_pages():
    with Site(feeds) as site:
        first, second = read("feed", url=f"{site.url}/rss", follow=True, licence="CC-BY-4.0")
        asked = len(site.asked)
        assert [first, second] == read("feed", url=f"{site.url}/rss", follow=True, licence="CC-BY-4.0")
        assert [a.path for a in site.asked[asked:]] == ["/gone"]  # what is not there is not kept
    assert first.text.count("Nobody had thought") == 5
    assert "Terms of use" not in first.text
    assert first.may_republish
    assert second.text == "Nothing more is known about it yet."


def test_what_is_no_feed_is_told():
    with Site(feeds) as site:
        assert "is no feed but b'<html>" in refused("feed", url=f"{site.url}/html")
        assert "there is no such page" in refused("feed", url=f"{site.url}/nothing")
