"""Which procedure does somebody mean: everyday words, with or without marks, with slips of the finger. Pure, in process, milliseconds.

BM25 over syllables and pairs of syllables: alone a Vietnamese syllable means little, in pairs it is a word. What people say and what
decrees say differ ("sổ đỏ", "giấy chứng nhận quyền sử dụng đất"), so the synonyms that staff edit do most of the work; embeddings were
measured and add almost nothing to them.
"""

from __future__ import annotations

import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from motcua.places.text import fold

K1, B = 1.2, 0.5
WEIGHTS = {"short_name": 3.0, "words": 3.0, "name": 1.5, "field": 0.5}
PAIR = 1.6  # a pair of syllables says more than the two apart
MARKED = 0.6  # a syllable typed with its marks, when the document has exactly it
SYNONYM = 0.9
SLIP = 0.8
BEGUN = 0.5  # a last syllable still being typed
SHORTEST_SLIP = 3
COMMON = 1.15
TWIN = 0.75
OPENING = 1.25  # one of the procedure's everyday names begins with what was typed
# Rarer twins of everyday procedures: they rank after them unless the question names what sets them apart.
TWINS = tuple(fold(q) for q in ("nước ngoài", "lưu động", "biên giới", "mã cũ", "cộng tác viên"))
# Words of asking, not of the matter: they would match the long names of many procedures.
ASKED_WITH = (
    "tôi mình em anh chị cô chú bác ông bà muốn cần phải làm xin hỏi được ở đâu thế nào như gì bao lâu nhiêu thì là và với cho"
    " của để về khi ai giúp hướng dẫn thủ tục hồ sơ giấy tờ ra cái các những này đó mới đi lấy vừa bị có không"
)
ASKING = frozenset(ASKED_WITH.split())
# Without marks these stand for words of the matter as well: hộ, sổ, thẻ, căn, chủ, thu, từ.
ASKING_PLAIN = frozenset(map(fold, ASKING)) - {"ho", "so", "the", "can", "chu", "thu", "tu"}


@dataclass(frozen=True, slots=True)
class Document:
    """What the finder knows of a procedure; `words` are its own everyday names, `common`: asked for every day."""

    code: str
    name: str
    short_name: str
    field: str
    words: tuple[str, ...] = ()
    common: bool = False


@dataclass(frozen=True, slots=True)
class Synonym:
    """`said` by people means what `meant` says in the catalogue."""

    said: str
    meant: str


@dataclass(frozen=True, slots=True)
class Hit:
    """`why`: the words of the question that led here, as people read them: "khai sinh", "sổ đỏ → giấy chứng nhận"."""

    code: str
    name: str
    score: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Term:
    """A term of the question: the key looked up, how much it counts, and how to say it."""

    key: str
    weight: float
    said: str


@dataclass(frozen=True, slots=True)
class _Syllable:
    """A syllable as typed and as understood; `asking`: it carries no matter of its own."""

    typed: str
    key: str
    asking: bool

    @property
    def slipped(self) -> bool:
        return fold(self.typed) != self.key

    @property
    def said(self) -> str:
        return f"{self.typed} → {self.key}" if self.slipped else self.typed


class Finder:
    """An index over the catalogue. Immutable; made anew when the catalogue or the synonyms change (some 25 ms)."""

    def __init__(self, documents: Iterable[Document], synonyms: Iterable[Synonym] = ()) -> None:
        self._documents = tuple(documents)
        self._synonyms = _by_phrase(synonyms)
        self._longest = max((len(said) for said in self._synonyms), default=0)
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        lengths = []
        for number, document in enumerate(self._documents):
            frequencies = _frequencies(document)
            lengths.append(sum(frequencies.values()))
            for key, frequency in frequencies.items():
                self._postings[key].append((number, frequency))
        mean = sum(lengths) / len(lengths) if lengths else 1.0
        self._norms = [K1 * (1 - B + B * length / mean) for length in lengths]
        self._twins = [tuple(q for q in TWINS if q in fold(d.short_name)) for d in self._documents]
        self._names = [tuple(map(fold, (d.short_name, *d.words))) for d in self._documents]
        self._known = {key for key in self._postings if not key.startswith("=")}
        for phrase in self._synonyms:
            self._known |= {*phrase, *_pairs(phrase)}
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for key in sorted(self._known):
            if " " not in key:
                self._by_length[len(key)].append(key)

    def find(self, question: str, limit: int = 5) -> list[Hit]:
        """The likeliest procedures, best first; none when no word is known."""
        scores: dict[int, float] = defaultdict(float)
        reasons: dict[int, dict[str, float]] = defaultdict(dict)
        terms = list(self._terms(question))
        for term in terms:
            postings = self._postings.get(term.key)
            if not postings:
                continue
            idf = math.log(1 + (len(self._documents) - len(postings) + 0.5) / (len(postings) + 0.5))
            for number, frequency in postings:
                gain = term.weight * idf * frequency * (K1 + 1) / (frequency + self._norms[number])
                scores[number] += gain
                reasons[number][term.said] = reasons[number].get(term.said, 0.0) + gain
        typed, asked = fold(question), {term.key for term in terms}
        for number in scores:
            scores[number] *= self._prior(number, typed, asked)
        best = sorted(scores, key=lambda n: (-scores[n], self._documents[n].code))[:limit]
        return [
            Hit(self._documents[n].code, self._documents[n].short_name, round(scores[n], 3), _why(reasons[n]))
            for n in best
        ]

    def _prior(self, number: int, typed: str, asked: set[str]) -> float:
        """How much likelier the procedure is than its words alone say."""
        opening = any(name.startswith(typed) for name in self._names[number])
        unasked = sum(not asked.issuperset(_pairs(twin.split())) for twin in self._twins[number])
        return (COMMON if self._documents[number].common else 1.0) * (OPENING if opening else 1.0) * TWIN**unasked

    def _terms(self, question: str) -> Iterator[_Term]:
        syllables = self._understood(_marked(question))
        if not syllables:
            return
        with_marks = any(fold(s.typed) != s.typed for s in syllables)
        for syllable in syllables:
            if syllable.asking:
                continue
            yield _Term(syllable.key, SLIP if syllable.slipped else 1.0, syllable.said)
            if with_marks:
                yield _Term("=" + syllable.typed, MARKED, syllable.typed)
        if syllables[-1].key not in self._known and not syllables[-1].asking:
            for key in self._beginning([s.key for s in syllables[-2:]]):
                yield _Term(key, BEGUN, key)
        for a, b in pairwise(syllables):
            if not (a.asking and b.asking):
                yield _Term(f"{a.key} {b.key}", PAIR / 2 if a.asking or b.asking else PAIR, f"{a.typed} {b.typed}")
        for synonyms in self._expansions([s.key for s in syllables]):
            yield from _of_synonyms(synonyms)

    def _understood(self, marked: Sequence[str]) -> list[_Syllable]:
        """The syllables of the question; one that nobody knows is taken for the known one a slip away that fits its neighbours best."""
        with_marks = any(fold(m) != m for m in marked)
        keys = [fold(m) for m in marked]
        found = []
        for at, typed in enumerate(marked):
            key = keys[at]
            if key not in self._known and len(key) >= SHORTEST_SLIP:
                key = self._meant(key, keys[at - 1] if at else "", keys[at + 1] if at + 1 < len(keys) else "")
            keys[at] = key
            found.append(_Syllable(typed, key, typed in ASKING if with_marks else key in ASKING_PLAIN))
        return found

    def _meant(self, key: str, before: str, after: str) -> str:
        lengths = range(len(key) - 1, len(key) + 2)
        near = [word for length in lengths for word in self._by_length.get(length, ()) if _one_slip(key, word)]

        def fit(word: str) -> tuple[int, int]:
            return (f"{before} {word}" in self._known) + (f"{word} {after}" in self._known), len(
                self._postings.get(word, ())
            )

        return max(near, key=fit, default=key)

    def _beginning(self, last: Sequence[str]) -> list[str]:
        """What the last syllable may become: with the one before it when there is one, alone when it is long enough to tell."""
        starts = tuple({" ".join(last), last[-1] if len(last[-1]) > 1 else " ".join(last)})
        return [key for key in self._known if key.startswith(starts)]

    def _expansions(self, syllables: Sequence[str]) -> Iterator[list[Synonym]]:
        """The synonyms of every phrase that occurs in the question; a longer phrase hides the shorter ones inside it."""
        at = 0
        while at < len(syllables):
            for length in range(min(self._longest, len(syllables) - at), 0, -1):
                found = self._synonyms.get(tuple(syllables[at : at + length]))
                if found:
                    yield found
                    at += length - 1
                    break
            at += 1


def _of_synonyms(synonyms: Sequence[Synonym]) -> Iterator[_Term]:
    """What one phrase means; a term that several of its meanings share counts once."""
    seen: set[str] = set()
    for synonym in synonyms:
        words = fold(synonym.meant).split()
        for key in (*(w for w in words if w not in ASKING_PLAIN), *_pairs(words)):
            if key not in seen:
                seen.add(key)
                yield _Term(key, SYNONYM * (PAIR if " " in key else 1.0), f"{synonym.said} → {synonym.meant}")


def _frequencies(document: Document) -> Mapping[str, float]:
    frequencies: dict[str, float] = defaultdict(float)
    texts = {
        "short_name": (document.short_name,),
        "words": document.words,
        "name": (document.name,),
        "field": (document.field,),
    }
    for part, values in texts.items():
        for text in values:
            marked = _marked(text)
            syllables = [fold(m) for m in marked]
            for original, key in zip(marked, syllables, strict=True):
                frequencies[key] += WEIGHTS[part]
                frequencies["=" + original] += WEIGHTS[part]
            for key in _pairs(syllables):
                frequencies[key] += WEIGHTS[part]
    return frequencies


def _marked(text: str) -> list[str]:
    """Lower-case syllables with their marks."""
    cleaned = "".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFC", text).lower())
    return [syllable for syllable in cleaned.split() if fold(syllable)]


def _pairs(syllables: Sequence[str]) -> list[str]:
    return [f"{a} {b}" for a, b in pairwise(syllables)]


def _by_phrase(synonyms: Iterable[Synonym]) -> dict[tuple[str, ...], list[Synonym]]:
    found: dict[tuple[str, ...], list[Synonym]] = defaultdict(list)
    for synonym in synonyms:
        phrase = tuple(fold(synonym.said).split())
        if phrase:
            found[phrase].append(synonym)
    return dict(found)


def _one_slip(a: str, b: str) -> bool:
    """A letter more, less or other, or two neighbours swapped."""
    if a == b:
        return False
    if len(a) > len(b):
        a, b = b, a
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) < len(b):
        return a[at:] == b[at + 1 :]
    return a[at + 1 :] == b[at + 1 :] or (a[at : at + 2] == b[at : at + 2][::-1] and a[at + 2 :] == b[at + 2 :])


def _why(reasons: Mapping[str, float]) -> tuple[str, ...]:
    """The strongest reasons; a pair of syllables stands for its parts."""
    ranked = sorted(reasons, key=lambda said: (-reasons[said], said))
    whole = [said for said in ranked if not any(said != other and f" {said} " in f" {other} " for other in ranked)]
    return tuple(whole[:3])
