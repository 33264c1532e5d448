"""The sections of a run file as frozen dataclasses: their keys, types and defaults."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tasks.quality.settings import Quality
from tasks.task import TASKS


@dataclass(frozen=True)
class ArticlesSection:
    """`[articles]`: the source of articles, and how much of each the prompt shows."""

    source: str = "builtin"
    sentences: int = 10
    """Sentences of the article's opening in the prompt."""
    options: dict[str, Any] = field(default_factory=dict)
    """Options of the source, such as `path` and `fields`."""
    published_after: str | None = None
    """An ISO day; only articles published later are used."""
    quality: Quality | bool = True
    """Rules of the quality filter; true is their defaults, false accepts every article."""

    @property
    def gate(self) -> Quality | None:
        """The rules that articles must pass; None if there are none."""
        return Quality() if self.quality is True else self.quality or None


@dataclass(frozen=True)
class SamplesSection:
    """`[samples]`: a published set on the Hugging Face hub, run instead of generated samples."""

    hub: str = ""
    """Name of the data set, `owner/set`; "" generates samples."""
    revision: str = ""
    """The commit that is loaded; "" is the newest one."""
    config: str = ""
    """A configuration of the data set."""
    split: str = ""
    file: str = ""
    """Name of the file with the samples, for those who download it."""
    title: str = ""
    """Name of the set in messages and reports; "" is that of the run file."""
    format: str = ""
    """The format that the records must have, such as `ifeval`; "" is any."""
    release: str = ""
    """LiveBench release, or "latest"."""
    headline: str = "if_score"
    """The metric that the set reports first."""


@dataclass(frozen=True)
class QuestionsSection:
    """`[questions]`: number and tasks of the samples, and the seed."""

    tasks: tuple[str, ...] = tuple(TASKS)
    per_task: int = 50
    seed: int = 0
    placement: str = "user"
    """The turn of the instructions: `user`, `system` or `second` (a second user turn)."""
    wording: str | None = None
    """A wording file, relative to the run file's folder, or the name of a shipped one."""
    modality: str = "text"
    """`text`, or `image` for pictures of text (docs/images.md)."""
    image: str = "article"
    """What the pictures show: the `article`, or `all` that the user turns say."""
    twins: tuple[str, ...] = ()
    """Twins of each sample: kinds such as `order`, or single ones such as `placement:system`."""


@dataclass(frozen=True)
class InstructionsSection:
    """`[instructions]`: which instructions are used, how many per sample, within which bounds."""

    pool: tuple[str, ...] | str = ()
    """Instruction ids, or the name of a pool (`tasks.generate.pools`); empty is IFEval's 25."""
    count: Any = (2, 5)
    """A number, a pair [min, max], a table of number = weight, or exact = a table of number = samples."""
    balance: bool = False
    """Whether each id occurs in as many samples as its weight says, within one."""
    tightness: float | None = None
    """How close length bounds are to the natural length of a response, 0 to 1; None is random."""
    weights: dict[str, float] = field(default_factory=dict)
    limits: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Narrower bounds of parameters, by id and parameter."""


@dataclass(frozen=True)
class ModelSection:
    """`[model]`: the model and its request settings; unset settings are not sent."""

    adapter: str = ""
    """Empty is the model file's adapter for this model, or else `openai`."""
    name: str = ""
    file: str | None = None
    """A model file, relative to the run file's folder."""
    base_url: str | None = None
    key_env: str | None = None
    """Name of the environment variable with the API key."""
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)
    """Provider-specific request fields, sent unchanged."""
    options: dict[str, Any] = field(default_factory=dict)
    """Options of the adapter."""
    images: bool | None = None
    """Whether the model takes pictures; unset is the model file's."""
    image_tokens: int | None = None
    """Input tokens of a picture, for estimates and budgets; unset is the model file's rule."""
    prompt_prefix: str | None = None
    """A line in front of the first user turn; None is the model file's, "" is none."""


ENGINES = ("auto", "process", "single", "ray")
"""Where work runs: `process` uses every core, `single` one process, `ray` a cluster; `auto` is the faster of the first
two."""


@dataclass(frozen=True)
class AskSection:
    """`[ask]`: how requests are made."""

    concurrency: int = 8
    """Maximum requests in flight."""
    adaptive: bool = True
    """Whether concurrency drops after an overload and recovers with successful responses."""
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    """Input and output, as reported by the provider."""
    timeout: float = 120.0
    """Seconds per attempt."""
    attempts: int = 6
    max_wait: float = 3600.0
    """Seconds that the provider may ask the run to wait; a longer wait ends the run, which resumes later."""
    epochs: int = 1
    """Responses per sample."""
    max_cost: float | None = None
    """Budget in US dollars of the whole run, interruptions included."""
    max_tokens_total: int | None = None
    """Budget in tokens, input and output, of the whole run."""
    cache: str | None = None
    """A folder of responses that runs share, relative to the working folder."""
    engine: str = "auto"
    """Where the run works (of `ENGINES`): `ray` sends requests from the nodes of a cluster."""
    batch: bool = False
    """Whether requests are sent in batches, at half the price, for responses within a day."""
    batch_fallback: str = "resubmit"
    """What happens to a request that a batch did not answer: `resubmit`, `live` or `fail`."""
    batch_size: int | None = None
    """Maximum requests in a batch; unset is what the provider takes."""
    batch_poll: float = 60.0
    """Maximum seconds between two looks at a batch."""
    batch_timeout: float | None = None
    """Seconds after which a batch is cancelled; unset is an hour after the provider lets it expire."""


@dataclass(frozen=True)
class ScoreSection:
    """`[score]`: the part of a response to verify, and the rule book."""

    extract: tuple[str, ...] = ("thinking",)
    rules: str | None = None
    """The rule book for all samples; None is each sample's own."""
