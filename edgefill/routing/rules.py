"""Rules on words, English and German, for what a linear model cannot tell.

A negated command ("Do not cancel my order") scores like the command itself; a negated statement
("I do not see my refund") is an ordinary question. What a
text asserts, a negated statement can deny (assertions.py). Of two requests in one sentence a linear
model adds up the scores and answers one.
"""

from __future__ import annotations

# join two requests; reading a question has removed its commas
_CONJUNCTIONS = frozenset({"and", "or", "then", "also", "plus", "und", "oder", "dann", "ausserdem"})
_MIN_WORDS = 2  # words of a request
_MAX_REQUESTS = 3

_NOT = frozenset({"not", "dont", "never"})
_WISH_VERBS = frozenset({"want", "wanna", "need", "wish", "mean", "intend", "plan", "like"})
_WORDS_BEFORE_COMMAND = frozenset(
    {"", "please", "and", "but", "so", "then", "just", "you", "to", "order"}
)
_NICHT = frozenset({"nicht", "nie", "niemals", "kein", "keine", "keinen"})
_GERMAN_WISHES = frozenset(
    {"will", "m\u00f6chte", "moechte", "wollte", "wollen", "m\u00f6chten", "bitte"}
)
_GERMAN_SUBJECTS_AND_QUESTION_WORDS = frozenset(
    {"ich", "wir", "es", "sie", "er", "warum", "wieso", "weshalb", "wann", "was"}
)
# in both languages; a reader of questions has removed the apostrophes
_NEGATIONS = frozenset(
    ("not", "no", "never", "nobody", "nothing", "none", "neither", "nor", "without", "cannot",
     "cant", "dont", "doesnt", "didnt", "isnt", "wasnt", "arent", "werent", "wont", "wouldnt",
     "hasnt", "havent", "hadnt", "couldnt", "shouldnt", "aint",
     "nicht", "nie", "niemals", "kein", "keine", "keinen", "keiner", "keinem", "keines", "keins",
     "niemand", "niemanden", "niemandem", "nichts", "nix", "ohne", "weder")
)  # fmt: skip
# a question's end that negates nothing ("or not")
_ALTERNATIVES = frozenset({("or", "not"), ("oder", "nicht")})


def split_requests(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The parts between conjunctions, at most three; [] unless two have two words or more."""
    if _CONJUNCTIONS.isdisjoint(words):
        return []
    parts: list[list[str]] = [[]]
    for word in words:
        if word in _CONJUNCTIONS:
            parts.append([])
        else:
            parts[-1].append(word)
    requests = [tuple(part) for part in parts if len(part) >= _MIN_WORDS]
    return requests[:_MAX_REQUESTS] if len(requests) > 1 else []


def find_negated_words(words: tuple[str, ...]) -> set[str]:
    """The word after each negation; of a negation at the end, the word before it."""
    if _NEGATIONS.isdisjoint(words):
        return set()
    if words[-2:] in _ALTERNATIVES:
        words = words[:-2]
    pairs = zip(words, (*words[1:], words[-2] if len(words) > 1 else ""), strict=True)
    return {near for word, near in pairs if word in _NEGATIONS}


def is_negated_command(words: tuple[str, ...]) -> bool:
    """Whether `words` command, or wish, that something is not done."""
    return _is_negated_english(words) or _is_negated_german(words)


def _is_negated_english(words: tuple[str, ...]) -> bool:
    if _NOT.isdisjoint(words):
        return False
    return any(_is_command_at(words, at) for at, word in enumerate(words) if word in _NOT)


def _is_command_at(words: tuple[str, ...], at: int) -> bool:
    after = words[at + 1] if at + 1 < len(words) else ""
    if after in _WISH_VERBS:
        return True
    start = at - 1 if at and words[at] == "not" and words[at - 1] == "do" else at
    before = words[start - 1] if start else ""
    return bool(after) and before in _WORDS_BEFORE_COMMAND


def _is_negated_german(words: tuple[str, ...]) -> bool:
    if _NICHT.isdisjoint(words):
        return False
    return not _GERMAN_WISHES.isdisjoint(words) or (
        words[-1] in _NICHT and _GERMAN_SUBJECTS_AND_QUESTION_WORDS.isdisjoint(words)
    )
