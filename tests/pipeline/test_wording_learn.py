"""`ifh wording learn`: the wording of a published set, taken from its questions, and questions drawn in it."""

from __future__ import annotations

import gzip
import json
import tomllib
from pathlib import Path
from random import Random

import pytest
from ifh import lines
from inside import inside as ifh

PUBLISHED = Path(__file__).parents[3] / "shared" / "parity" / "livebench_if_published.jsonl.gz"
TASKS = {
    "paraphrase": "Say it anew.",
    "simplify": "Make it {plain}.",
    "story_generation": "Tell a tale of it.",
    "summarize": "Sum it up.",
}
WORDS = "amber birch cedar delta ember fjord grove heron inlet jetty kiosk larch".split()
NUMBERS = "zero one two three four five six".split()
ORDINALS = ("0th", "1st", "2nd", "3rd", "4th", "5th", "6th")
SAID = (
    "The tide is out.",
    "Nobody came {at} first.",
    "Sum it up.",
    "Then it rained.\nA lot.",
    "A boat sank, slowly!",
    '"Well," she said.',
)


def bullets(rng):
    n = rng.randint(1, 3)
    text = f"Make a list with {n} points:\n* like this \n* or {{this}}" if n > 1 else "Make a list with one point."
    return {"num_bullets": n}, text


def length(rng):
    n, relation = rng.randint(1, 6) * 50, rng.choice(["at least", "less than"])
    text = f"Go on for no fewer than {n} words!" if relation == "at least" else f"Stop short of {n} words."
    return {"num_words": n, "relation": relation}, text


def wanted(rng):
    words = sorted(rng.sample(WORDS, 3))
    return {"keywords": words}, "Say '{}', '{}' and '{}' somewhere".format(*words)


def unwanted(rng):
    words = sorted(rng.sample(WORDS, rng.randint(2, 4)))
    return {"forbidden_words": words}, f"Avoid {words} at all costs."


def blocks(rng):
    n = rng.randint(1, 6)
    return {"num_paragraphs": n}, f"Use {NUMBERS[n]} blocks in all, *** between them."


def nth(rng):
    n = rng.randint(1, 6)
    m, word = rng.randint(1, n), rng.choice(WORDS)
    return (
        {"num_paragraphs": n, "nth_paragraph": m, "first_word": word},
        f"Of {n} blocks, one blank line apart, open the {ORDINALS[m]} with “{word}”.",
    )


def ending(rng):
    phrase = rng.choice(["So long.", "Ta-ra?"])
    return {"end_phrase": phrase}, f"Close with {phrase} "


def title(rng):  # noqa: ARG001  # as the others
    return {}, "Give it a <<name>>"


MAKERS = {
    "detectable_format:number_bullet_lists": bullets,
    "length_constraints:number_words": length,
    "keywords:existence": wanted,
    "keywords:forbidden_words": unwanted,
    "length_constraints:number_paragraphs": blocks,
    "length_constraints:nth_paragraph_first_word": nth,
    "startend:end_checker": ending,
    "detectable_format:title": title,
}
FRAMES = {
    "one line": ("Read:\n---\n ", "\n---\n", "  ", " ", ""),
    "bullets": ("<text>", "\n</text>\n\n", "\n\n- ", "\n- ", "\n\nBegin now."),
    "bare": ("Here is a {piece}: ", "\n\n", "\n\n", "\n", " "),
}


def questions(frame="one line", count=80):
    head, seam, lead, joiner, trail = FRAMES[frame]
    rng = Random(frame)
    made = []
    for number in range(count):
        task = list(TASKS)[number % 4]
        ids = rng.sample(sorted(MAKERS), rng.randint(1, 4))
        told = [MAKERS[id](rng) for id in ids]
        article = " ".join(rng.sample(SAID, 3))
        said = joiner.join(text for _, text in told)
        made.append(
            {
                "question_id": f"q{number}",
                "task": task,
                "turns": [f"{head}{article}{seam}{TASKS[task]}{lead}{said}{trail}"],
                "instruction_id_list": ids,
                "kwargs": [kwargs for kwargs, _ in told],
                "task_prompt": TASKS[task],
                "livebench_release_date": "2030-01-01" if number < count - 1 else "2031-01-01",
            }
        )
    return made


def put(tmp_path, records):
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def learnt(tmp_path, records, *more):
    done = ifh("wording", "learn", put(tmp_path, records), "-o", "w.toml", "--json", *more, cwd=tmp_path)
    return json.loads(done.stdout), tomllib.loads((tmp_path / "w.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("frame", FRAMES)
def test_every_question_comes_out_byte_for_byte(tmp_path, frame):
    found, wording = learnt(tmp_path, questions(frame))
    assert (found["questions"], found["rendered"], found["missed"], found["unlearnt"]) == (80, 80, [], {})
    head, seam, lead, joiner, trail = FRAMES[frame]
    head = head.replace("{", "{{").replace("}", "}}")
    prompt = wording["prompt"]
    assert prompt["layout"] == (
        f"{head}{{article}}{seam}{{request}}{lead.removesuffix(prompt['prefix'])}{{instructions}}{trail}"
    )
    assert prompt["joiner"] + prompt["prefix"] == joiner
    assert wording["tasks"] == TASKS | {"simplify": "Make it {{plain}}."}


def test_values_become_fields_and_what_depends_on_them_becomes_variants(tmp_path):
    _, wording = learnt(tmp_path, questions())
    said = wording["instructions"]
    assert sorted(said) == sorted(MAKERS)
    assert said["keywords:existence"] == "Say {keywords|like:'1', '2' and '3'} somewhere"
    assert said["keywords:forbidden_words"] == "Avoid {forbidden_words} at all costs."
    assert said["length_constraints:number_paragraphs"].startswith("Use {num_paragraphs|words} blocks")
    assert "{num_paragraphs} blocks, one blank" in said["length_constraints:nth_paragraph_first_word"]
    assert "the {nth_paragraph|ordinal} with “{first_word}”" in said["length_constraints:nth_paragraph_first_word"]
    assert said["startend:end_checker"] == "Close with {end_phrase} "
    [first, rest] = said["length_constraints:number_words"]
    assert list(first["when"]) == ["relation"]
    assert {first["text"], rest["text"]} == {
        "Go on for no fewer than {num_words} words!",
        "Stop short of {num_words} words.",
    }
    [one, more] = said["detectable_format:number_bullet_lists"]
    assert one["when"] == {"num_bullets": 1}
    assert more == {"text": "Make a list with {num_bullets} points:\n* like this \n* or {{this}}"}


def test_the_file_survives_an_editor_and_names_its_pool(tmp_path):
    learnt(tmp_path, questions())
    text = (tmp_path / "w.toml").read_text(encoding="utf-8")
    assert not [line for line in text.splitlines() if line != line.rstrip()]
    comment = " ".join(line.removeprefix("# ") for line in text.splitlines() if line.startswith("# "))
    assert "80 of 80 questions" in comment
    assert tomllib.loads(comment[comment.index("pool") :])["pool"] == sorted(MAKERS)


def test_questions_drawn_in_it_say_it_so_and_are_proven(tmp_path):
    _, wording = learnt(tmp_path, questions("bullets"))
    pool = [id for id in wording["instructions"] if id != "detectable_format:title"]
    (tmp_path / "run.toml").write_text(
        f'[questions]\nper_task = 4\nwording = "w.toml"\n[instructions]\npool = {json.dumps(pool)}\ncount = [2, 3]\n'
        '[model]\nadapter = "scripted"\nname = "oracle"\n'
    )
    ifh("generate", "run.toml", "-o", "s.jsonl", cwd=tmp_path)
    ifh("generate", "run.toml", "--wording", "w.toml", "-o", "again.jsonl", cwd=tmp_path)
    assert (tmp_path / "s.jsonl").read_bytes() == (tmp_path / "again.jsonl").read_bytes()
    samples = lines(tmp_path / "s.jsonl")
    assert len(samples) == 16
    for sample in samples:
        prompt = sample["turns"][0]["parts"][0]["text"]
        assert prompt.startswith("<text>")
        assert prompt.endswith("\n\nBegin now.")
        assert f"\n</text>\n\n{TASKS[sample['task']]}\n\n- " in prompt
        for item in sample["instructions"]:
            if item["id"] == "keywords:forbidden_words":
                assert f"\n- Avoid {item['forbidden_words']} at all costs." in prompt
            if item["id"] == "length_constraints:number_words":
                shown = "no fewer than" if item["relation"] == "at least" else "short of"
                assert f" {shown} {item['num_words']} words" in prompt
    ifh("audit", "s.jsonl", cwd=tmp_path, code=0)


def test_a_question_that_is_otherwise_is_named_with_its_reason(tmp_path):
    made = questions()
    alone = next(q for q in made if q["instruction_id_list"] == ["keywords:forbidden_words"])
    alone["turns"] = [alone["turns"][0].replace("Avoid", "Shun")]
    framed = next(q for q in made if len(q["instruction_id_list"]) == 4)
    framed["turns"] = [framed["turns"][0].replace("Read:", "See:")]
    strange = next(q for q in made if len(q["instruction_id_list"]) == 3)
    strange["instruction_id_list"][0] = "keywords:existense"
    done = ifh("wording", "learn", put(tmp_path, made), "-o", "w.toml", cwd=tmp_path)
    said = " ".join(done.stdout.split())
    assert "77 of 80 prompts reproduced byte for byte" in said
    assert f"{alone['question_id']}: keywords:forbidden_words is worded otherwise" in said
    assert f"{framed['question_id']}: another frame" in said
    assert f"{strange['question_id']}: no checker has the id 'keywords:existense'; did you mean" in said


@pytest.mark.parametrize("frame", FRAMES)
def test_a_set_without_questions_of_one_instruction_is_learnt_too(tmp_path, frame):
    several = [q for q in questions(frame, 120) if len(q["instruction_id_list"]) > 1]
    found, wording = learnt(tmp_path, several)
    assert (found["rendered"], found["missed"]) == (len(several), [])
    assert wording["instructions"]["detectable_format:title"] == "Give it a <<name>>"


def test_a_release_is_learnt_alone(tmp_path):
    found, _ = learnt(tmp_path, questions(), "--release", "2030-01-01")
    assert (found["questions"], found["rendered"]) == (79, 79)


def refused(tmp_path, records, *parts, code=2):
    path = put(tmp_path, records)
    done = ifh("wording", "learn", path, "-o", "w.toml", cwd=tmp_path, code=code)
    assert not (tmp_path / "w.toml").exists()
    for part in parts:
        assert part in " ".join(done.stderr.split())


def test_what_is_no_such_set_is_refused(tmp_path):
    refused(tmp_path, [{"headline": "Rain"}], "line 1: no published question", "headline", "task_prompt")
    refused(tmp_path, [{"key": 1, "prompt": "Hi", "instruction_id_list": [], "kwargs": []}], "LiveBench's format")
    bare = [{name: value for name, value in q.items() if name != "kwargs"} for q in questions()]
    refused(tmp_path, bare, "line 1: kwargs must be a list")
    empty = [q | {"kwargs": [{} for _ in q["kwargs"]]} for q in questions()]
    refused(tmp_path, empty, "line ", "needs ")
    refused(tmp_path, [q | {"task_prompt": " "} for q in questions()], "line 1: task_prompt is blank")
    refused(tmp_path, [q | {"task_prompt": "Not there."} for q in questions()], "hold the task_prompt of their task")
    several = [q for q in questions() if len(q["instruction_id_list"]) > 1]
    told = [q for q in several if q["instruction_id_list"][0] != "detectable_format:title"]
    refused(tmp_path, told, "no question has one instruction alone")
    refused(tmp_path, [q | {"turns": ["\ud800" + q["turns"][0]]} for q in questions()], "line 1", "surrogate")


def test_a_file_that_is_there_is_kept(tmp_path):
    (tmp_path / "w.toml").write_text("# mine\n")
    done = ifh("wording", "learn", put(tmp_path, questions()), "-o", "w.toml", cwd=tmp_path, code=2)
    assert "w.toml is there already" in done.stderr
    assert (tmp_path / "w.toml").read_text() == "# mine\n"
    ifh("wording", "learn", "questions.jsonl", "-o", "none/w.toml", cwd=tmp_path, code=1)


@pytest.mark.skipif(not PUBLISHED.is_file(), reason="needs the published questions, which lie outside the repository")
def test_the_published_set_comes_out_byte_for_byte(tmp_path):
    done = ifh("wording", "learn", PUBLISHED, "-o", "w.toml", "--json", cwd=tmp_path)
    found = json.loads(done.stdout)
    assert found["questions"] == 400
    assert found["rendered"] == 400, found["missed"]
    with gzip.open(PUBLISHED, "rt", encoding="utf-8") as file:
        used = {id for line in file for id in json.loads(line)["instruction_id_list"]}
    assert set(found["instructions"]) == used
    ifh("generate", "livebench", "--wording", "w.toml", "-L", "20", "-o", "s.jsonl", cwd=tmp_path)
    ifh("audit", "s.jsonl", cwd=tmp_path, code=0)
