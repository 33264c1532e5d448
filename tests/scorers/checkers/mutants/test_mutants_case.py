"""Capitals, small letters and languages, near the border: verdicts, reasons, places, repairs."""

from __future__ import annotations

import pytest
from judging import judged, record, under

import scorers

CAPITALS = "change_case:capital_word_frequency"
UPPER = "change_case:english_capital"
LOWER = "change_case:english_lowercase"
LANGUAGE = "language:response_language"


VERDICTS = [
    *under(
        CAPITALS,
        "audited",
        (2, "at least"),
        rows=[
            ("NASA's\nU.S. base", True, "2 words in capitals, at lines 1 and 2; at least 2 were asked", "NASA's|U.S"),
            ("A 3D I", False, "0 words in capitals; at least 2 were asked", ""),
            ("3DX", False, "1 word in capitals, at line 1; at least 2 were asked", "3DX"),
            ("OK", False, "1 word in capitals, at line 1; at least 2 were asked", "OK"),
            ("iPhones CDs ABc", False, "0 words in capitals; at least 2 were asked", ""),
        ],
    ),
    *under(
        CAPITALS,
        "audited",
        (2, "less than"),
        rows=[
            ("STOP AND\nGO", False, "3 words in capitals, at lines 1 and 2; fewer than 2 were asked", "AND|GO"),
            ("STOP it", True, "1 word in capitals, at line 1; fewer than 2 were asked", "STOP"),
            ("STOP IT", False, "2 words in capitals, at line 1; fewer than 2 were asked", "IT"),
        ],
    ),
    *under(
        CAPITALS,
        "audited",
        (1, "less than"),
        rows=[
            ("STOP IT", False, "2 words in capitals, at line 1; none is allowed", "STOP|IT"),
            ("no", True, "0 words in capitals; none is allowed", ""),
        ],
    ),
    *under(
        CAPITALS,
        "ifeval",
        (1, "at least"),
        rows=[
            ("DON'T a", True, "2 words in capitals, at line 1; at least 1 was asked", "DO|N'T"),
            ("I am", True, "1 word in capitals, at line 1; at least 1 was asked", "I"),
            ("no", False, "0 words in capitals; at least 1 was asked", ""),
        ],
    ),
    *under(
        CAPITALS,
        "ifeval",
        (2, "less than"),
        rows=[
            ("DON'T a", False, "2 words in capitals, at line 1; fewer than 2 were asked", "N'T"),
            ("no", True, "0 words in capitals; fewer than 2 were asked", ""),
        ],
    ),
    *under(
        CAPITALS,
        "ifeval",
        (0, "less than"),
        rows=[
            ("no", False, "0 words in capitals; fewer than 0 were asked", ""),
            ("I AM", False, "2 words in capitals, at line 1; fewer than 0 were asked", "I|AM"),
        ],
    ),
    *under(
        UPPER,
        "audited",
        (),
        rows=[
            ("WE LIVE HERE.\nyes IT is", False, "5 small letters, at line 2; none is allowed", "yes|is"),
            ("HE IS Nº 3, Nª 4", True, "0 small letters, and no language other than English", ""),
            ("BONJOUR TOUT LE MONDE,\nCOMMENT ALLEZ-VOUS?", False, "it is in French; English was asked", ""),
            ("FIVE", True, "0 small letters, and no language other than English", ""),
            ("ß", False, "1 small letter, at line 1; none is allowed", "ß"),
            ("ʰ", False, "it has no letters; English was asked", ""),
        ],
    ),
    *under(
        UPPER,
        "ifeval",
        (),
        rows=[
            ("WE LIVE HERE.\nyes", False, "3 small letters, at line 2; none is allowed", "yes"),
            ("123", False, "0 letters that have a case; at least 1 was asked", ""),
            (
                "THE MAYOR SAID NO TO THE NEW BRIDGE OVER THE RIVER.",
                True,
                "0 small letters; langdetect says en, and en was asked",
                "",
            ),
            (
                "BONJOUR TOUT LE MONDE, COMMENT ALLEZ-VOUS?",
                True,
                "0 small letters; langdetect says en, and en was asked",
                "",
            ),
        ],
    ),
    *under(
        LOWER,
        "audited",
        (),
        rows=[
            ("we live HERE.\nYes It", False, "6 capital letters, at lines 1 and 2; none is allowed", "HERE|Y|I"),
            ("the ǅ", False, "1 capital letter, at line 1; none is allowed", "ǅ"),
            ("bonjour tout le monde,\ncomment allez-vous?", False, "it is in French; English was asked", ""),
            ("five", True, "0 capital letters, and no language other than English", ""),
        ],
    ),
    *under(
        LOWER,
        "ifeval",
        (),
        rows=[
            ("we live HERE.\nYes", False, "5 capital letters, at lines 1 and 2; none is allowed", "HERE|Y"),
            ("123", False, "0 letters that have a case; at least 1 was asked", ""),
            (
                "the mayor said no to the new bridge over the river.",
                True,
                "0 capital letters; langdetect says en, and en was asked",
                "",
            ),
            (
                "bonjour tout le monde, comment allez-vous?",
                False,
                "0 capital letters; langdetect says fr, and en was asked",
                "",
            ),
        ],
    ),
    *under(
        LANGUAGE,
        "audited",
        ("fr",),
        rows=[
            (
                "Le boulanger ouvre sa boutique très tôt le matin.",
                True,
                "no other language in it; French was asked",
                "",
            ),
            ("The baker opens his shop early every morning.", False, "it is in English; French was asked", ""),
        ],
    ),
    *under(
        LANGUAGE,
        "ifeval",
        ("fr",),
        rows=[
            ("Le boulanger ouvre sa boutique très tôt le matin.", True, "langdetect says fr; fr was asked", ""),
            ("The baker opens his shop early every morning.", False, "langdetect says en; fr was asked", ""),
            ("123", True, "langdetect says nothing; fr was asked", ""),
        ],
    ),
]


@pytest.mark.parametrize(("id", "rules", "params", "text", "followed", "reason", "marked"), VERDICTS)
def test_verdict_reason_and_places(id, rules, params, text, followed, reason, marked):
    assert judged(id, params, text, rules) == (followed, reason, marked)


REPAIRED = [
    *under(
        CAPITALS,
        (2, "at least"),
        rows=[
            ("We left home. A b cd", "WE LEFT home. A b cd"),
            ("I été no 4x b", "I été NO 4x b HARBOURS."),
            ("", "HARBOURS FEED."),
            ("STOP it now", "STOP IT now"),
            ("STOP IT", "STOP IT"),
            (" ", "HARBOURS FEED."),
        ],
    ),
    *under(
        CAPITALS,
        (2, "less than"),
        rows=[
            ("STOP AND GO", "STOP And Go"),
            ("ALL IS WELL NASA'S", "ALL Is Well Nasa's"),
            ("STOP it", "STOP it"),
            ("𝐀𝐁 𝐂𝐃 x", "The small harbours feed green teachers."),
        ],
    ),
    *under(
        CAPITALS,
        (1, "less than"),
        rows=[
            ("STOP AND GO", "Stop And Go"),
            ("fine", "fine"),
        ],
    ),
    *under(
        UPPER,
        (),
        rows=[
            ("ⅻ ǅ OK", "ⅻ ǅ OK"),
            ("The mayor left.", "THE MAYOR LEFT."),
            ("YES.", "YES."),
            (
                "bonjour tout le monde, comment allez-vous?",
                (
                    "THE RURAL FIELDS SURROUND THE PUBLIC HILLS NEAR SHIPS. THE HONEST TRAINS HELP THE "
                    "GENTLE NEIGHBOURS BESIDE THE FAMOUS KITCHENS. THE EARLY WORKSHOPS FIND THE WIDE "
                    "LIBRARIES NOW. THE CLEAN PAINTERS BUILD THE SIMPLE BOATS ACROSS CAREFUL HOUSES. THE "
                    "BROWN SHOPS CLEAN THE COLD DOCTORS BEHIND THE DEEP STUDENTS STILL."
                ),
            ),
        ],
    ),
    *under(
        LOWER,
        (),
        rows=[
            ("the Ⅻ of may", "the Ⅻ of may"),
            ("The mayor left.", "the mayor left."),
            ("yes.", "yes."),
            (
                "Bonjour tout le monde, comment allez-vous?",
                (
                    "the rural fields surround the public hills near ships. the honest trains help the "
                    "gentle neighbours beside the famous kitchens. the early workshops find the wide "
                    "libraries now. the clean painters build the simple boats across careful houses. the "
                    "brown shops clean the cold doctors behind the deep students still."
                ),
            ),
        ],
    ),
    *under(
        LANGUAGE,
        ("fr",),
        rows=[
            ("Le boulanger ouvre sa boutique très tôt le matin.", "Le boulanger ouvre sa boutique très tôt le matin."),
            (
                "The baker opens his shop early every morning.",
                (
                    "Le boulanger ouvre sa boutique très tôt le matin. Beaucoup de gens de notre rue y "
                    "achètent du pain frais. Le soir, les lumières s'éteignent et tout redevient calme."
                ),
            ),
        ],
    ),
]


@pytest.mark.parametrize(("id", "params", "draft", "repaired"), REPAIRED)
def test_repair(id, params, draft, repaired):
    assert scorers.read(record(id, params)).repair(draft) == repaired


def test_the_published_book_refuses_a_language_that_its_verifier_does_not_know():
    with pytest.raises(scorers.BadInstruction, match="language is 'zh', which the published verifier does not know"):
        judged(LANGUAGE, ("zh",), "a", "ifeval")
    assert judged(LANGUAGE, ("ja",), "a b", "ifeval")[1].startswith("langdetect says ")
