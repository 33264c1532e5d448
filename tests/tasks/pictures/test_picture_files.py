"""Files of pictures: received ones are checked before anything reads them."""

from __future__ import annotations

import hashlib
import struct

import pytest

from tasks.errors import BadPicture, BadSample
from tasks.pictures.draw import draw_pages
from tasks.pictures.picture import MOST_BYTES, Picture, pictures_folder
from tasks.sample import Part, Turn

[(_, DRAWN)] = draw_pages("A page.")


def in_folder(folder, picture=DRAWN, content=None):
    (folder / picture.name).write_bytes(picture.read() if content is None else content)
    return Picture.from_json(picture.to_json(), folder)


def named_by_hash(content, width=768, height=116):
    return Picture(hashlib.sha256(content).hexdigest(), width, height)


def test_a_picture_is_read_back_from_its_folder(tmp_path):
    picture = in_folder(tmp_path)
    assert (picture, picture.read()) == (DRAWN, DRAWN.read())
    for name in ("set.jsonl", "set.jsonl.gz", "set.parquet"):
        assert pictures_folder(tmp_path / name) == tmp_path / "set.images"


@pytest.mark.parametrize("kind", ["missing", "damaged", "text", "huge", "other size", "device", "folder"])
def test_what_is_not_the_picture_is_refused_with_its_path(tmp_path, kind):
    content = DRAWN.read()
    changed = {
        "damaged": content[:-20] + b"x" * 20,
        "text": b"no picture",
        "huge": content[:16] + struct.pack(">II", 60_000, 60_000) + content[24:],
    }
    picture, path = Picture.from_json(DRAWN.to_json(), tmp_path), tmp_path / DRAWN.name
    if kind in changed:
        path.write_bytes(changed[kind])
    elif kind == "other size":
        path.write_bytes(content)
        picture = Picture.from_json({**DRAWN.to_json(), "height": 117}, tmp_path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    with pytest.raises(BadPicture, match=DRAWN.name):
        picture.read()


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    content = DRAWN.read() + bytes(MOST_BYTES)
    picture = in_folder(tmp_path, named_by_hash(content), content)
    with pytest.raises(BadPicture, match=r"5,000,000|larger|more than"):
        picture.read()


@pytest.mark.parametrize(
    "wrong",
    [
        {"sha256": "../../etc/passwd"},
        {"sha256": DRAWN.sha256.upper()},
        {"sha256": 7},
        {"width": 0},
        {"height": 9000},
        {"width": 8000, "height": 8000},
        {"width": "768"},
        {"width": True},
    ],
)
def test_a_record_that_names_no_possible_picture_is_no_sample(wrong):
    record = {"role": "user", "parts": [{"type": "image", "text": "A page.", **DRAWN.to_json(), **wrong}]}
    with pytest.raises(BadSample, match="a part of a turn is malformed"):
        Turn.from_json(record)


def test_a_turn_of_parts_has_one_form():
    turn = Turn("user", (Part("Read: "), Part("A page.", DRAWN), Part(" Sum it up.")))
    assert Turn.from_json(turn.to_json()) == turn
    assert (turn.text, turn.written) == ("Read: A page. Sum it up.", "Read:  Sum it up.")
    assert turn.pictures == (DRAWN,)
    with pytest.raises(BadSample, match=r"type 'audio' \(types: text, image\)"):
        Turn.from_json({"role": "user", "parts": [{"type": "audio", "text": ""}]})
