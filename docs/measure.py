"""Measure how many published verdicts an audited reading moves: `python -m docs.measure FOLDER`.

FOLDER holds `ifeval_prompts`, `ifeval_gpt4`, `livebench_if_cases`, `ifbench_prompts` and `ifbench_sample` (.jsonl.gz):
questions with real responses. The numbers go to docs/measured.json, from which `make docs` builds the pages; they
change only when this is run. Without the data of the tagger (`ifh fetch-data`), `words:start_verb` is left out.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.adapters.base import Response
from harness.comparison.rule_books import AnsweredSamples, diff_rule_books
from harness.interop.score_answers import load_answers
from scorers import read
from tasks.sample import Sample, Turn

if TYPE_CHECKING:
    from collections.abc import Iterator

MEASURED = Path(__file__).parent / "measured.json"


def livebench_cases(path: Path) -> Iterator[tuple[Sample, Response]]:
    """Yield the cases of `livebench_if_cases`: one pair a response."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            pairs = zip(record["instruction_id_list"], record["kwargs"], strict=True)
            instructions = [read({"id": id, **kwargs}) for id, kwargs in pairs]
            turns = [Turn.of("user", turn) for turn in record["turns"]]
            sample = Sample.build(record["task"], turns, instructions, rules="livebench")
            for epoch, given in enumerate(record["responses"]):
                yield sample, Response(sample.id, epoch, given["response"], "case")


def measure(folder: Path) -> dict[str, Any]:
    """Return, for each set, its size and how many strict verdicts of each id differ between its book and audited."""
    ifeval = load_answers(str(folder / "ifeval_prompts.jsonl.gz"), str(folder / "ifeval_gpt4.jsonl.gz"))
    ifbench = load_answers(str(folder / "ifbench_prompts.jsonl.gz"), str(folder / "ifbench_sample.jsonl.gz"))
    sets = {
        "GPT-4's answers to the 541 IFEval prompts": ifeval.samples(),
        "1,200 answers to LiveBench-style questions": AnsweredSamples.of_pairs(
            tuple(livebench_cases(folder / "livebench_if_cases.jsonl.gz")), ()
        ),
        "IFBench's 293 sample responses": ifbench.samples(),
    }
    found: dict[str, Any] = {}
    for name, answers in sets.items():
        result = diff_rule_books(answers)
        by_id = {id: [moved.n, moved.gained, moved.lost] for id, moved in sorted(result.by_id.items())}
        figures = {name: list(both) for name, both in result.figures().items()}
        about = {"book": answers.own, "verdicts": result.verdicts, "left_out": result.left_out_count}
        found[name] = {**about, "figures": figures, "by_id": by_id}
    return found


def main() -> int:
    """Write docs/measured.json."""
    if len(sys.argv) != 2:
        print("usage: python -m docs.measure FOLDER")
        return 2
    found = measure(Path(sys.argv[1]))
    MEASURED.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    changes = [f"{name}: {moved['verdicts']} verdicts" for name, moved in found.items()]
    print(f"{MEASURED.name}: {'; '.join(changes)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
