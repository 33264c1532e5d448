"""Packed ids are the dict they stand for."""

from random import Random

import pytest

from tasks.formats.id_index import IdIndex, Numbering


def test_packed_ids_are_looked_up_and_listed_as_in_a_dict():
    rng = Random("ids")
    places = {f"{rng.getrandbits(64):016x}": number for number in range(1000)} | {"0" * 16: 1000, "f" * 16: 1001}
    packed = Numbering(places).to_index()
    assert isinstance(packed, IdIndex)
    assert packed == places
    assert list(packed) == list(places)
    assert len(packed) == 1002
    assert list(packed.in_order()) == sorted(places)
    for id in ("", "0" * 15, "0" * 17, "F" * 16, "+" + "0" * 15, "0_0" + "0" * 13, "g" * 16, f"{1:016x}"):
        assert id not in packed
        assert packed.get(id) is None
    with pytest.raises(KeyError, match="nobody"):
        packed["nobody"]


@pytest.mark.parametrize("foreign", ["question-7", "00000000000000AA", "0x00000000000000"])
def test_foreign_ids_are_numbered_too(foreign):
    numbering = Numbering([f"{7:016x}", foreign, f"{7:016x}", foreign, f"{7:016x}", "x"])
    assert numbering.repeats() == [(2, 0), (3, 1), (4, 0)]
    assert numbering.to_index(without={2, 3, 4}) == {f"{7:016x}": 0, foreign: 1, "x": 2}


def test_repeats_are_found_and_passed_over():
    numbering = Numbering(f"{code:016x}" for code in (5, 3, 5, 4, 3, 5))
    assert numbering.repeats() == [(2, 0), (4, 1), (5, 0)]
    assert list(numbering.to_index(without={2, 4, 5}).items()) == [(f"{c:016x}", n) for n, c in enumerate((5, 3, 4))]
