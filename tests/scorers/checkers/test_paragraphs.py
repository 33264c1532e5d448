"""One meaning of a paragraph: what each sentence says, what counts as one, and that all checks agree on it."""

from __future__ import annotations

import pytest
from judging import judged, record

import scorers
from scorers import Text
from scorers.text.parts import behind_request, counted_sentences, read_paragraphs, read_parts

NTH = "length_constraints:nth_paragraph_first_word"
PARAGRAPHS = "length_constraints:number_paragraphs"
ACROSTIC = "style:acrostic"
WORDS = "structure:paragraph_words"
ASKED = [(id, number) for id in (NTH, PARAGRAPHS) for number in (1, 2)]

PARTS = [
    ("One.\n\nTwo.\n\nThree.", ["One.", "Two.", "Three."]),
    ("One\nand more.\nStill one.", ["One\nand more.\nStill one."]),
    ("<<A Day>>\n\nOne.", ["One."]),
    ("# A Day\nOne.\n## More\nTwo.", ["One.", "Two."]),
    ("Section 1\nOne.\nSection 2\nTwo.", ["One.", "Two."]),
    ("**Day 1:**\n\nOne.\n\nDay 2\n\nTwo.", ["One.", "Two."]),
    ("One.\n***\nTwo.\n---\nThree.", ["One.", "Two.", "Three."]),
    ("Dear Ann,\n\nOne.\n\nSincerely,\nAnna Reed", ["One."]),
    ("Dear Ann,\n\nOne.\n\nBest regards,\n\nAnna Reed\nMayor of Hallam", ["One."]),
    ("Dear Ann,\n\nI am well", ["I am well"]),
    ("One.\n\nP.S. Write soon.\n\nBest,\nMe", ["One."]),
    ("One.\n\n— Anna Reed", ["One."]),
    ("One.\n\nP.S. Bye.", ["One."]),
    ("One.\n\nP.S.\n\nWrite soon.", ["One."]),
    ("P.S. Not yet.\n\nOne.", ["P.S. Not yet.", "One."]),
    ("One.\nP.S. Bye.\n\nYours,\nAnn", ["One."]),
    ("Here is the text you asked for:\n\nOne.", ["One."]),
    ("There are two things:\n\n- tea\n- milk\ncold\n\n  and sugar\n\nOne.", ["One."]),
    ("One, which lists them.\n1. tea\n2. milk\n\nTwo.", ["One, which lists them.", "Two."]),
    ("One.\n|a|b|\n|-|-|\n|1|2|\n\nTwo.", ["One.", "Two."]),
    ("```\nx = 1\n\ny = 2\n```\nOne.", ["One."]),
    ("One.\n\n...\n\nTwo.", ["One.", "Two."]),
    ("Roses are red\nViolets are blue\n\nSugar is sweet\nAnd so are you", None),
    ("It rained all day", ["It rained all day"]),
    ("今天下雨。\n\n明天放晴。\n\n附言：带伞。", ["今天下雨。", "明天放晴。"]),
    ("वर्षा हुई।\n\nधूप निकली।", ["वर्षा हुई।", "धूप निकली।"]),
    ("ฝนตกหนักมากในเมืองหลวงเมื่อวานนี้และถนนหลายสายถูกปิดเพราะน้ำท่วมสูงจนรถผ่านไม่ได้เลยตลอดทั้งวันที่ผ่านมา\n\nจบแล้ว", None),
]


@pytest.mark.parametrize(("raw", "paragraphs"), PARTS)
def test_paragraphs_of_a_response(raw, paragraphs):
    found = [raw[a:b] for a, b in read_paragraphs(Text(raw))]
    assert found == (raw.split("\n\n") if paragraphs is None else paragraphs)


@pytest.mark.parametrize("raw", [raw for raw, _ in PARTS])
def test_all_checks_count_the_same_paragraphs(raw):
    number = len(read_paragraphs(Text(raw)))
    for asked in (number, number + 1):
        verdict = scorers.verify(raw, [record(NTH, (asked, 1, "zzz"))])[0]
        assert verdict.reason.startswith(f"{number} paragraph")
        assert (f"exactly {asked} " in verdict.reason) is (asked != number)
    verdict = scorers.verify(raw, [record(PARAGRAPHS, (number + 1,))])[0]
    assert verdict.reason.startswith(f"{number} paragraph")
    assert f" of {number}" in scorers.verify(raw, [record(WORDS, (900, 1000))])[0].reason
    assert (
        f"letters of {number} paragraph" in scorers.verify(raw, [record(ACROSTIC, ("Q" * 9, "paragraphs"))])[0].reason
    )


def test_every_part_is_named():
    raw = "# A\n\nDear Ann,\n\nOne.\n\n- two\n\nYours,\nBob\n\nP.S. Bye."
    kinds = [part.kind for part in read_parts(Text(raw))]
    assert kinds == ["heading", "label", "paragraph", "list", "signature", "postscript"]
    reason = scorers.verify(raw, [record(PARAGRAPHS, (2,))])[0].reason
    assert reason.endswith("exactly 2 were asked; '# A' at line 1 is a title or heading, not a paragraph")


PROMPT = "Here is a long text.\n\nIt is about tea and milk.\n\nSay it in brief.\n\n- Give it a title like <<Fog>>."


def test_a_repeated_request_is_no_part_of_the_answer():
    for end in ("Say it in brief.", "like <<Fog>>."):
        asked = PROMPT[: PROMPT.index(end) + len(end)]
        raw = " ".join(asked.split()) + "\n\nTea."
        text = Text(raw, PROMPT)
        assert raw[behind_request(text) :].strip() == "Tea."
        assert [raw[a:b] for a, b in read_paragraphs(text)] == ["Tea."]
        [title] = scorers.verify(raw, [{"id": "detectable_format:title"}], prompt=PROMPT)
        assert not title.followed
    assert behind_request(Text("Here is a short one.", PROMPT)) == 0
    assert behind_request(Text("Tea.", PROMPT)) == 0
    copied = f"{' '.join(PROMPT.split()[:9])} and much more."
    assert behind_request(Text(copied, PROMPT * 3)) == 0, "a sentence that the prompt begins with"


def test_a_repeated_chinese_request_is_no_part_of_the_answer():
    prompt = "下面是一篇报道。\n\n昨天下了很大的雨，路上没有人。\n\n请概括这段文字。\n\n- 全文只写 1 段。"
    for raw in (f"{prompt[:-14]}\n\n雨很大。", f"{prompt[: prompt.index('- ')]}雨很大。"):
        text = Text(raw, prompt)
        assert raw[behind_request(text) :].strip() == "雨很大。"
        assert [raw[a:b] for a, b in read_paragraphs(text)] == ["雨很大。"]
    assert behind_request(Text("下面是雨。", prompt)) == 0


SENTENCES = [
    ("Dear Ann,\n\nI am well.\n\nYours,\nBob", 1),
    ("Day 1: We left.\n\nDay 2:\n\nWe came.", 2),
    ("- bread\n- two eggs\n- Buy milk.", 1),
    ("1. The mayor of the town has said that she will not stand again for the office next year", 1),
    ("I left. He stayed", 2),
    ("I left\nHe stayed.", 1),
    ("Here are my points:\n\nOne is this.", 1),
    ("P.S. I left.", 1),
    ("**Note:** He left!", 1),
    ("他来了\n\n她走了。", 1),
]


@pytest.mark.parametrize(("raw", "number"), SENTENCES)
def test_what_only_looks_like_a_sentence_is_not_counted(raw, number):
    assert len(counted_sentences(Text(raw))) == number


@pytest.mark.parametrize(
    ("id", "params", "message"),
    [
        (NTH, (-1, 1, "a"), "num_paragraphs is -1, and the published verifier draws another number at random"),
        (NTH, (2, 0, "a"), "nth_paragraph is 0 of 2 paragraphs, and the published verifier draws"),
        (NTH, (2, 4, "a"), "nth_paragraph is 4 of 2 paragraphs, and the published verifier draws"),
        (PARAGRAPHS, (-1,), "num_paragraphs is -1, and the published verifier draws a number at random"),
    ],
)
def test_the_published_book_refuses_what_its_verifier_drew(id, params, message):
    with pytest.raises(scorers.BadInstruction, match=message):
        judged(id, params, "a", "ifeval")


def test_the_published_book_takes_what_its_verifier_took():
    assert judged(NTH, (1, 1, "a"), "a", "ifeval")[0]
    assert judged(NTH, (2, 2, "b"), "a\n\nb", "ifeval")[0]
    assert not judged(NTH, (0, 1, "a"), "a", "ifeval")[0]
    assert not judged(PARAGRAPHS, (0,), "a", "ifeval")[0]


def test_the_audited_book_refuses_a_paragraph_that_is_not_there():
    for params, message in (((2, 3, "a"), "3, but there are only 2"), ((1, 2, "a"), "2, but there is only 1")):
        with pytest.raises(scorers.BadInstruction, match=f"nth_paragraph is {message}"):
            judged(NTH, params, "a", "audited")


def test_the_sentence_says_what_splits_a_paragraph_and_what_is_none():
    told = {
        (id, n): scorers.read(record(id, (n, 1, "a")[: 1 if id == PARAGRAPHS else 3])).describe() for id, n in ASKED
    }
    assert "exactly 1 paragraph, with no blank line and no line of three asterisks (***)" in told[PARAGRAPHS, 1]
    assert "exactly 2 paragraphs, with a line of three asterisks (***) between them" in told[PARAGRAPHS, 2]
    assert "exactly 1 paragraph, with no blank line in it, and begin it with the word" in told[NTH, 1]
    assert "exactly 2 paragraphs, separated by blank lines, and begin" in told[NTH, 2]
    assert all("signatures and a postscript do not count as paragraphs." in sentence for sentence in told.values())
