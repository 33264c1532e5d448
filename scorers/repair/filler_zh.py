"""ChineseFiller: plain Chinese sentences of any number of characters that avoid given words and characters.

Every character is the same in simplified and in traditional writing, so that the sentences do for both; they have
no commas, digits or Latin letters.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NOUNS = """老人 工人 村民 市民 居民 商人 客人 友人 女工 水手 小河 山路 石山 田野 花草 竹林 草地 水田 米酒 茶水 白菜
木船 小船 古城 小城 山城 早市 街市 公路 小路 街道 公司 商店 茶店 花店 酒店 木屋 石屋 小屋 土地 春日 秋天 日光 月光 星光
雨水 白雪 海水 江水 湖水 海岸 山林 青草 天空 山村 果林 菜地""".split()
_VERBS = """照看 看望 等待 找到 收拾 修理 改造 使用 保存 保留 走近 守望 看守 照料 想念 想起 提起 留住 看到 看清
走向 走遍 接待 接受 信任 依靠 等候 清洗 描述 知道 明白""".split()
_ADJECTIVES = """古老 美好 安全 平和 平常 高大 明亮 清香 雪白 青色 普通 可口 和善 友善 有名 常用 共同 全新 小巧 年老
平安 安定 深色 白色 坦白""".split()
_ADVERBS = "常常 天天 早早 再三 一起 慢慢 久久 一同 再次 一直".split()
_PARTICLES = "常 也 再 又 正 先 都".split()
_ALONE = "好 早 走 看 等 坐".split()
_TRIES = 24
"""Sentences that are tried before one with a word to avoid in it is given."""


class ChineseFiller:
    """A supply of sentences; two supplies made with the same arguments give the same sentences."""

    stop = "。"
    space = ""

    def __init__(self, avoid: Iterable[str] = (), lacks: Iterable[str] = (), turn: int = 0) -> None:
        """`avoid`: words not to use. `lacks`: characters not to use. `turn`: where to begin."""
        self._avoid = [word.strip() for word in avoid if word.strip()]
        characters = {character for item in lacks for character in item}

        def usable(words: list[str]) -> list[str]:
            return [word for word in words if not characters.intersection(word) and not self._is_banned(word)]

        self._lists = {
            "noun": usable(_NOUNS),
            "verb": usable(_VERBS),
            "adjective": usable(_ADJECTIVES),
            "adverb": usable(_ADVERBS),
            "particle": usable(_PARTICLES),
            "alone": usable(_ALONE),
        }
        self._of = "" if self._is_banned("的") or "的" in characters else "的"
        self._joint = next((word for word in ("和", "同", "跟") if not self._is_banned(word)), "")
        self._turns = {kind: count(turn * (7 + i)) for i, kind in enumerate(self._lists)}

    def sentence(self, characters: int, extra: Iterable[str] = ()) -> str:
        """Return a sentence of `characters` Chinese characters (at least one) that also names each of `extra`.

        It ends with a full stop; `extra` and what joins it to the rest are not counted.
        """
        text = ""
        for _ in range(_TRIES):
            text = self._sentence(max(1, characters))
            if not self._is_banned(text):
                break
        return text + "".join(f"{self._joint}{literal}" for literal in extra if literal) + self.stop

    def word(self, kind: str = "noun") -> str:
        """Return the next usable word of a kind, or "" if none is left."""
        words = self._lists[kind] or self._lists["noun"]
        return words[next(self._turns[kind]) % len(words)] if words else ""

    def _is_banned(self, text: str) -> bool:
        return any(word in text for word in self._avoid)

    def _sentence(self, length: int) -> str:
        if length <= 5:
            kinds = {1: ["alone"], 2: ["noun"], 3: ["noun", "alone"], 4: ["noun", "verb"]}
            return "".join(map(self.word, kinds.get(length, ["noun", "particle", "verb"])))
        left = length - 6
        described = [bool(self._of) and left >= 3]
        left -= 3 * described[0]
        described.append(bool(self._of) and left >= 3)
        left -= 3 * described[1]
        more, left = divmod(left, 3) if self._joint else (0, left)
        middle = {1: "particle", 2: "adverb"}.get(left, "")
        subject, target = (f"{self.word('adjective')}{self._of}" * has + self.word() for has in described)
        text = subject + (self.word(middle) if middle else "") + self.word("verb") + target
        return text + "".join(f"{self._joint}{self.word()}" for _ in range(more))


def chinese_filler(avoid: Iterable[str] = (), lacks: Iterable[str] = (), turn: int = 0) -> ChineseFiller:
    """Return a supply whose words avoid `avoid`, or, where that leaves none, one that avoids nothing."""
    filler = ChineseFiller(avoid, lacks, turn)
    return filler if filler.word() else ChineseFiller((), (), turn)
