"""A whole shop is checked in one run."""

from __future__ import annotations

from pathlib import Path

from edgefill.authoring.check import find_problems

# fifteen mistakes, at least one of every kind of file
FAULTY = {
    "catalogue/shop.yaml": """\
name: Shop
locales: [en, xx]
default_locale: fr
dimensions:
  tier: {values: [basic, gold], default: golf}
tones: {warm: kind}
""",
    "catalogue/experiences/late.yaml": """\
goal: say that it is late
tones: [wram]
max_char: 900
slots:
  day: {type: dat}
""",
    "catalogue/experiences/tone.yaml": """\
goal: greet
tones: [wram]
cases: {dimensions: [teir]}
slots:
  loop: {type: text}
  cost: {type: money}
""",
    "catalogue/experiences/sound.yaml": """\
goal: greet
slots:
  day: {type: date}
""",
    "catalogue/experiences/tabs.yaml": "goal: g\nslots:\n\tday: {type: date}\n",
    "catalogue/experiences/other.yml": "goal: g\n",
    "catalogue/fallbacks/sound/en.html": "<p>{{ dya | date }}</p><p>{{ day | datetime }}</p>",
    "catalogue/fallbacks/sound/xx.html": "<p>{{ day | date }}</p>",
    "catalogue/fallbacks/soud/en.html": "<p>Hello</p>",
    "roles.yaml": "drafter: {engine: servce}\n",
}
EXPECTED = [
    "shop.yaml:3: default_locale: 'fr' is not among the locales; choose one of en, xx",
    "shop.yaml:5: dimensions.tier.default: 'golf' is not among the values; did you mean 'gold'?",
    "experiences/other.yml: is not read; rename it to other.yaml",
    "experiences/late.yaml:3: max_char: 'max_char' is not a field here; did you mean 'max_chars'?",
    "experiences/late.yaml:5: slots.day.type: Input should be",
    "experiences/tabs.yaml:3: is not valid YAML: found character '\\t'",
    "experiences/tone.yaml:2: tones.0: the shop does not have the tone 'wram'; did you",
    "experiences/tone.yaml:3: cases.dimensions.0: the shop does not have the dimension 'teir'; did",
    "experiences/tone.yaml:5: slots.loop: 'loop' is a reserved word; choose another name",
    "experiences/tone.yaml:6: slots.cost.currencies: a slot of the type 'money' needs this field",
    "fallbacks/soud: belongs to no experience; did you mean 'sound'?",
    "shop.yaml: locales: Babel does not know the locale 'xx'; remove it",
    "fallbacks/sound/en.html:1:7: 'dya' is not a declared slot [undeclared-slot]; did you mean",
    "fallbacks/sound/en.html:1:36: the filter datetime does not exist [language]; did you mean",
    "roles.yaml:1: drafter.engine: Input should be",
]


def write_files(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_fifteen_faults_are_all_reported_in_the_order_to_fix_them(tmp_path: Path) -> None:
    """Shop, experiences, stray files, texts and roles: one line each, with place and remedy."""
    problems = find_problems(write_files(tmp_path, FAULTY))
    assert len(problems) == len(EXPECTED) == 15
    for problem, expected in zip(problems, EXPECTED, strict=True):
        assert problem.startswith(expected)


def test_a_folder_without_a_catalogue_is_one_problem(tmp_path: Path) -> None:
    """Roles and prompts are then the package's, which are sound."""
    assert find_problems(tmp_path) == [
        f"{tmp_path}/catalogue: is not a folder; name the one that contains shop.yaml"
    ]


def test_the_demo_shop_is_sound() -> None:
    assert find_problems(Path("templates")) == []
