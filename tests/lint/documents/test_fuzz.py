"""Documents of every kind, mutated: parsing never raises, and every place lies inside the text."""

import random
import re
from pathlib import Path

import pytest

from obsaudit.lint import Text
from obsaudit.lint.check import Checker
from obsaudit.lint.documents import SUFFIXES, SourceSettings, parse
from obsaudit.rules import ALL

FIXTURES = Path(__file__).parents[3] / "fixtures" / "projects"
SEEDS = range(12)
CHECKER = Checker(ALL)
NASTY = [
    "\t", "\r", "\x85", "\u2028", "\ufeff", "😀", "\x00", "'", '"', "`", "{{", "}}", "[", "]", "{", "}", "&a ", "*a",
    "<<: ",
    "!!x ", "|", ">-", "- ", ": ", "# obsaudit: ignore[a/b] -- c", "$x", "[[x]]", "\\", "\\u00e9", "\\ud83d", "9" * 400,
    "0x",
    "(" * 60, "1e999", "-", "~", "null", "%YAML 1.1\n", "---\n", "...\n", "\n\n", " " * 40,
]  # fmt: skip


def sample():
    """A few real files of each ending."""
    files = sorted(path for path in FIXTURES.rglob("*") if path.suffix in SUFFIXES and path.stat().st_size < 20_000)
    for ending in sorted(SUFFIXES):
        yield from random.Random(ending).sample(
            own := [path for path in files if path.suffix == ending], min(3, len(own))
        )


def mutated(text, chance):
    """The text after a few edits: pieces cut, doubled, moved, or something nasty put in."""
    for _ in range(chance.randint(1, 4)):
        start = chance.randint(0, len(text))
        end = min(len(text), start + chance.choice([1, 3, 20, 200]))
        piece = chance.choice(["", text[start:end] * 2, chance.choice(NASTY), chance.choice(NASTY) + text[start:end]])
        text = text[:start] + piece + text[end:]
    return text


def outside(region, lines):
    """Whether a region leaves the text."""
    return any(
        not (1 <= place.line <= len(lines) and 1 <= place.column <= len(lines[place.line - 1]) + 1)
        for place in (region.start, region.end)
    ) or (region.end < region.start)


@pytest.mark.parametrize("path", list(sample()), ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_no_mutation_is_too_much(path):
    """
    Neither a parser nor a rule raises, and findings, fixes and suppressions point into the text.
    """
    whole = path.read_text("utf-8")
    for seed in SEEDS:
        text = mutated(whole, random.Random(f"{path.name} {seed}"))
        source = path.relative_to(FIXTURES).as_posix()
        nodes = parse(Text.of_file(text, source), source, SourceSettings()).nodes
        findings = list(CHECKER.nodes(nodes))

        lines = text.split("\n")
        crashed = [finding.message for finding in findings if finding.rule == "meta/crashed-rule"]
        places = [finding.at.region for finding in findings if finding.at.region]
        places += [edit.region for finding in findings if finding.fix for edit in finding.fix.edits]
        places += [node.at.region for node in nodes if node.at.region]
        assert (seed, [], []) == (seed, crashed, [place for place in places if outside(place, lines)]), _shown(
            text, seed
        )


def _shown(text, seed):
    return f"seed {seed}: {re.sub(r'[^ -~]', lambda match: ascii(match[0])[1:-1], text[:3000])}"
