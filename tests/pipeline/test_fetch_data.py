"""`ifh fetch-data`: where the data cannot be fetched, one paragraph says what to do (NLTK refuses loopback mirrors)."""

from __future__ import annotations

from ifh import ifh


def test_data_that_cannot_be_fetched_is_one_paragraph(tmp_path):
    done = ifh("fetch-data", "--to", "data", "--index", "http://127.0.0.1:9/index.xml", cwd=tmp_path, code=2)
    assert "could not be fetched" in done.stderr
    assert "averaged_perceptron_tagger_eng" in done.stderr
    assert "set NLTK_DATA to the folder" in done.stderr
    assert not list((tmp_path / "data").rglob("*.zip")) if (tmp_path / "data").exists() else True
