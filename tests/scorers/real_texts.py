"""Real texts to compare implementations on: our articles, and the published prompts and responses where they lie."""

import gzip
import json
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARITY = ROOT.parent / "shared" / "parity"


@cache
def real_texts():
    lines = (ROOT / "tasks" / "sources" / "data" / "articles.en.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines if line.strip()]
    for path in sorted(PARITY.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as records:
            for record in map(json.loads, records):
                texts += [record[key] for key in ("prompt", "response") if isinstance(record.get(key), str)]
                texts += [*record.get("turns", ()), *(answer["response"] for answer in record.get("responses", ()))]
    return list(dict.fromkeys(texts))
