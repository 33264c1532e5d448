"""What the tests of drawing share. `python tests/tasks/generate/drawing.py` writes the golden file anew."""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden" / "samples.jsonl"
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from tasks.generate.generator import SampleGenerator  # noqa: E402  # found from the repository's root
from tasks.generate.plan import GenerationPlan  # noqa: E402
from tasks.sources import load_source  # noqa: E402

POOL = (
    "detectable_format:number_bullet_lists",
    "detectable_format:title",
    "keywords:existence",
    "keywords:forbidden_words",
    "length_constraints:number_sentences",
    "length_constraints:number_words",
    "punctuation:no_comma",
    "startend:end_checker",
)
"""Fixed, so that a new checker leaves the golden file as it is."""


def articles():
    return list(load_source("builtin").articles())


def golden_lines() -> bytes:
    samples = SampleGenerator(GenerationPlan(pool=POOL, total=12, seed=7), articles())
    lines = (json.dumps(sample.to_json(), ensure_ascii=False, separators=(",", ":")) for sample in samples)
    return "".join(f"{line}\n" for line in lines).encode()


if __name__ == "__main__":
    if "--print" in sys.argv:
        sys.stdout.buffer.write(golden_lines())
    else:
        GOLDEN.write_bytes(golden_lines())
