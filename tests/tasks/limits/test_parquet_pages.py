"""Parquet files whose footers state other sizes than their pages have."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet
import pytest

from tasks.errors import InputLimitError
from tasks.limits.parquet import iter_parquet
from tasks.limits.parquet_pages import largest_group
from tests.bench.hostile_cases import forge_sizes


@pytest.mark.parametrize(
    ("column", "dictionary"),
    [(["x" * 60_000_000], False), (["x" * 60_000_000], True), ([[1.0] * 8_000_000], False)],
    ids=["text", "dictionary", "list"],
)
def test_forged_sizes_are_found_before_a_page_is_decoded(tmp_path, column, dictionary):
    path, forged = tmp_path / "large.parquet", tmp_path / "forged.parquet"
    pyarrow.parquet.write_table(pa.table({"text": column}), path, compression="zstd", use_dictionary=dictionary)
    forge_sizes(path, forged)
    assert pyarrow.parquet.read_metadata(forged).row_group(0).total_byte_size == 5000
    with pytest.raises(InputLimitError, match="more than 160 MB of memory"):
        next(iter_parquet(forged))


def test_a_list_of_equal_values_is_as_large_as_it_is_in_memory(tmp_path):
    path = tmp_path / "nulls.parquet"
    pyarrow.parquet.write_table(pa.table({"text": pa.array([[None] * 12_000_000], pa.list_(pa.string()))}), path)
    assert path.stat().st_size < 3000
    with pytest.raises(InputLimitError):
        next(iter_parquet(path))


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_the_sizes_of_an_honest_file_are_those_of_its_footer(tmp_path, version):
    path = tmp_path / "t.parquet"
    table = pa.table({"text": [f"Text {n}." for n in range(5000)], "n": list(range(5000))})
    pyarrow.parquet.write_table(table, path, row_group_size=1000, data_page_size=1000, data_page_version=version)
    with pyarrow.parquet.ParquetFile(path) as file:
        stated = max(file.metadata.row_group(n).total_byte_size for n in range(5))
        assert 0.7 * stated < largest_group(path, file) <= stated
    assert [row["n"] for row in iter_parquet(path)] == list(range(5000))
