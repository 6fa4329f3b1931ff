"""Masked texts to templates: what differs between texts that are otherwise alike is masked too.

Drain's idea on few texts: those of one group (a call site, else a log kind) that have as many words, most of which are
the same, differ in values. Words that name a state are never masked. A word of which there are but two may be the
program's own (``out``, ``error``): it stays, unless it is known to be a value.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

from tui.query.masking import MARK

#: The share of words other than marks that must be the same where the call site is known, and where it is not.
ALIKE_SITE, ALIKE = 0.5, 0.6

#: So many different words in one place are values, where the call site is known and where it is not.
VALUES_SITE, VALUES = 3, 8

#: A group with more templates than this, or with so many that begin with the same word and are as long, has free text
#: in it: the beginnings of its rarer texts are their templates.
MANY, MANY_ALIKE = 600, 64

_AROUND = ".,:;!?()[]{}'\"="

#: What no plain word has: a digit, an underscore, a dot or hyphen inside, or capitals inside.
_NO_WORD = re.compile(r"[0-9_]|\w[.-]\w|[a-z][A-Z]")


def mine(
    texts: Mapping[str, int],
    site: bool,
    states: Collection[str] = (),
    values: Collection[str] = (),
    given: bool = False,
) -> dict[str, str]:
    """The template (with marks) of every masked text of one group; *texts* says how often each occurs.

    *site*: the group is one call site. *states* and *values* are words that stay, and words that may go. *given*: the
    texts are their program's own templates, in which nothing but names may vary.
    """
    clusters: dict[tuple[int, str], list[list[list[str]]]] = {}
    templates: dict[str, str] = {}
    least = ALIKE_SITE if site else ALIKE
    for text in sorted(texts, key=lambda text: (-texts[text], text)):
        words = text.split(" ")
        first = "" if site or MARK in words[0] else words[0]
        known = clusters.setdefault((len(words), first), [])
        home = next((cluster for cluster in known if _alike(cluster[0], words, states, least)), None)
        if home is None and len(known) >= MANY_ALIKE and not given:
            templates[text] = _beginning(text)
        elif home is None:
            known.append([words])
        else:
            home.append(words)
    for same in clusters.values():
        for cluster in same:
            varying = _varying(cluster, values, len(texts) + 1 if given else VALUES_SITE if site else VALUES)
            for words in cluster:
                masked = [word if value is None else value for word, value in zip(words, varying, strict=True)]
                templates[" ".join(words)] = " ".join(masked)
    return templates if given else _few(_few(templates, texts, _beginning), texts, lambda template: MARK)


def _few(templates: dict[str, str], texts: Mapping[str, int], coarser: Callable[[str], str]) -> dict[str, str]:
    """*templates* if there are not too MANY; else the commonest of them, and something *coarser* for the others."""
    counts: Counter[str] = Counter()
    for text, template in templates.items():
        counts[template] += texts[text]
    if len(counts) <= MANY:
        return templates
    kept = {template for template, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[: MANY // 2]}
    return {text: template if template in kept else coarser(template) for text, template in templates.items()}


def _beginning(text: str) -> str:
    """The first three words of *text*, and a mark for the others."""
    words = text.split(" ")
    return text if len(words) < 4 else " ".join([*words[:3], MARK])


def _alike(pattern: Sequence[str], words: Sequence[str], states: Collection[str], least: float) -> bool:
    same = literal = 0
    for a, b in zip(pattern, words, strict=True):
        if a != b and (is_state(a, states) or is_state(b, states)):
            return False
        if MARK not in a or MARK not in b:
            literal += 1
            same += a == b
    return same >= least * literal


def is_state(word: str, states: Collection[str]) -> bool:
    """Whether *word*, or its last part (``States.pending:``), is one of *states*."""
    bare = word.strip(_AROUND)
    return bare in states or bare.rpartition(".")[2] in states


def _varying(cluster: Sequence[Sequence[str]], values: Collection[str], most: int) -> list[str | None]:
    """For every place in the texts of *cluster* what to write instead of a value; None where no value stands."""
    places = [set(words) for words in zip(*cluster, strict=True)]
    return [
        _masked(words) if len(words) >= most or _known(words, values) or _named(words, values) else None
        for words in places
    ]


def _named(words: Collection[str], values: Collection[str]) -> bool:
    """Whether the one word of *words* is known to be a value and can be no plain word: ``htex_Local``. Without that, a
    run with one executor would have other templates than a run with two."""
    bare = min(words).strip(_AROUND)
    return len(words) == 1 and bare in values and bool(_NO_WORD.search(bare))


def _known(words: Collection[str], values: Collection[str]) -> bool:
    """Whether most of several *words* are known to be values."""
    known = sum(MARK in word or word.strip(_AROUND) in values for word in words)
    return len(words) > 1 and 2 * known >= len(words)


def _masked(words: Collection[str]) -> str:
    """A mark, between the punctuation that all *words* begin and end with."""
    start = _shared([word[: len(word) - len(word.lstrip(_AROUND))] for word in words])
    end = _shared([word[len(word.rstrip(_AROUND)) :][::-1] for word in words])
    return start + MARK + end[::-1]


def _shared(texts: Sequence[str]) -> str:
    """What all *texts* begin with."""
    least, most = min(texts), max(texts)
    return least[: next((i for i, (a, b) in enumerate(zip(least, most, strict=False)) if a != b), len(least))]
