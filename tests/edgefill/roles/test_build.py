"""Each configured role becomes what the drafting flow calls; the others are left out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.chat import ScriptedChat
from edgefill.core.errors import CatalogueRefused, InputRefused
from edgefill.core.keys import Key
from edgefill.drafting.drafting_roles import DraftingRoles
from edgefill.drafting.transforming import ExtractTransformer, ModelTransformer
from edgefill.drafting.writers.scripted import ScriptedGenerator
from edgefill.judging import MissingJudge, SmallJudge
from edgefill.judging.critic import SmallCritic
from edgefill.judging.large import LargeCritic, LargeJudge, PairwiseJudge
from edgefill.roles import Roles, build_roles, load_role_prompts
from edgefill.roles.role_clients import RoleGenerator
from tests.edgefill.roles.conftest import SMALL, LoadText

KEY = Key(experience="greeting", locale="en", case="any")


@dataclass
class Workshop:
    """Builds roles with a scripted model and service."""

    templates: Path
    catalogue: Catalogue
    service_url: str = "http://gpu"
    chat: ScriptedChat = field(default_factory=lambda: ScriptedChat([]))
    generator: ScriptedGenerator = field(default_factory=lambda: ScriptedGenerator([]))
    connected: list[tuple[str, str]] = field(default_factory=list)

    def build(self, roles: Roles, **environment: str) -> DraftingRoles:
        def connect(url: str, key: str) -> ScriptedChat:
            self.connected.append((url, key))
            return self.chat

        return build_roles(
            roles,
            templates=self.templates,
            catalogue=self.catalogue,
            prompts=load_role_prompts(self.templates, roles),
            generator=self.generator,
            connect_chat=connect,
            service_url=self.service_url,
            environment=environment,
        )


@pytest.fixture
def workshop(templates: Path, catalogue: Catalogue) -> Workshop:
    return Workshop(templates=templates, catalogue=catalogue)


def test_only_a_drafter_is_needed(workshop: Workshop, load_text: LoadText) -> None:
    """Without a judge every text is unscored."""
    built = workshop.build(load_text("drafter: {engine: service}\n"))
    assert isinstance(built.writer, RoleGenerator)
    assert built.writer.inner is workshop.generator
    assert built.judge == MissingJudge()
    others = (built.critic, built.introspection, built.reviser, built.transformer)
    assert others == (None, None, None, None)
    assert not built.answers_questions


def test_small_models_judge_and_criticise(workshop: Workshop, load_text: LoadText) -> None:
    """Both with one model in memory."""
    critic = "critic: {engine: small, model: judging/judge.json, max_surprise: 4}\n"
    built = workshop.build(load_text(SMALL + critic))
    assert isinstance(built.judge, SmallJudge)
    assert isinstance(built.critic, SmallCritic)
    assert built.judge.model is built.critic.model
    assert built.critic.max_surprise == 4


def test_a_large_judge_gets_key_rubric_and_calibration(
    workshop: Workshop, load_text: LoadText
) -> None:
    roles = load_text(
        "drafter: {engine: service}\n"
        "judge: {engine: openai, url: 'http://judge', model: big, key_env: K, "
        "calibration: {slope: 2.0}}\n"
        "critic: {engine: service, adapter: editor}\n",
        K="secret",
    )
    reply = {"reason": "Good.", "criteria": {"whole": True}, "chance": 0.8, "outcome": "pass"}
    workshop.chat = ScriptedChat([json.dumps(reply)])
    built = workshop.build(roles, K="secret")
    assert workshop.connected == [("http://judge", "secret"), ("http://gpu", "")]
    assert isinstance(built.judge, LargeJudge)
    assert isinstance(built.critic, LargeCritic)
    assert built.critic.review.model == "editor"
    experience = workshop.catalogue.entry("greeting").experience
    verdict = built.judge.judge("Hello there.", key=KEY, experience=experience)
    assert (verdict.outcome, verdict.judge) == ("pass", "large:big")
    assert verdict.probability == pytest.approx(0.941, abs=0.001)


def test_a_judge_may_compare_and_a_writer_criticise_itself(
    workshop: Workshop, load_text: LoadText
) -> None:
    """By prompts of their own; the writer's critic is its own model."""
    roles = load_text(
        "drafter: {engine: service, adapter: poet}\n"
        "judge: {engine: service, compare: compare.j2}\n"
        "introspect: {engine: writer, critique: critic.j2}\n"
    )
    built = workshop.build(roles)
    assert isinstance(built.comparer, PairwiseJudge)
    assert built.comparer.review.name == "compare.j2"
    assert built.introspection is not None
    critique = built.introspection.critique
    assert isinstance(critique, LargeCritic)
    assert (critique.review.name, critique.review.model) == ("critic.j2", "poet")


@pytest.mark.parametrize(
    "text",
    [
        "judge: {engine: service, compare: nowhere.j2}\n",
        "introspect: {engine: writer, critique: nowhere.j2}\n",
        "critic: {engine: service, compare: compare.j2}\n",
    ],
)
def test_a_prompt_that_does_not_fit_is_refused(load_text: LoadText, text: str) -> None:
    with pytest.raises(CatalogueRefused, match=r"roles\.yaml:2: .*(nowhere|does not fit)"):
        load_text("drafter: {engine: service}\n" + text)


def test_adapters_write_revise_and_transform(workshop: Workshop, load_text: LoadText) -> None:
    """Several roles on one service, each with its adapter of one base model."""
    built = workshop.build(
        load_text(
            "drafter: {engine: service, model: base, adapter: writer, budget: {tokens: 900},\n"
            "  prompts: {question: answer.j2}}\n"
            "reviser: {engine: service, adapter: reviser, budget: {attempts: 3}}\n"
            "introspect: {engine: writer, min_log_probability: -1.5}\n"
            "transformer: {engine: service, adapter: shortener}\n"
        )
    )
    assert (built.writer_model, built.reviser_model) == ("writer", "reviser")
    assert isinstance(built.reviser, RoleGenerator)
    assert built.reviser.role.served_model == "reviser"
    assert built.answers_questions
    assert (built.max_tokens, built.max_revisions) == (900, 3)
    assert built.introspection is not None
    assert built.introspection.min_log_probability == -1.5
    assert isinstance(built.transformer, ModelTransformer)
    assert (built.transformer.model, built.transformer.name) == ("shortener", "transform.j2")


def test_an_extract_needs_no_model(workshop: Workshop, load_text: LoadText) -> None:
    text = "drafter: {engine: service}\ntransformer: {engine: extract}\n"
    assert workshop.build(load_text(text)).transformer == ExtractTransformer()


def test_a_judge_on_a_service_that_is_not_there_is_refused(
    workshop: Workshop, load_text: LoadText
) -> None:
    workshop.service_url = ""
    with pytest.raises(InputRefused, match="judge: the engine 'service' needs the URL"):
        workshop.build(load_text("drafter: {engine: service}\njudge: {engine: service}\n"))


def test_a_rubric_that_contradicts_itself_is_refused(
    workshop: Workshop, load_text: LoadText
) -> None:
    rubric = workshop.templates / "judging" / "rubric.yaml"
    rubric.write_text(rubric.read_text().replace("[whole]", "[half]"))
    with pytest.raises(CatalogueRefused, match=r"judging/rubric\.yaml:3: fail\.0: 'half'"):
        workshop.build(load_text("drafter: {engine: service}\njudge: {engine: service}\n"))


def test_prompts_have_the_names_that_roles_give_them(
    workshop: Workshop, load_text: LoadText
) -> None:
    for name in ("short", "again"):
        (workshop.templates / "prompts" / f"{name}.j2").write_text(name)
    roles = load_text(
        "drafter: {engine: service, prompts: {template: short.j2}}\n"
        "reviser: {engine: service, prompt: again.j2}\n"
    )
    prompts = load_role_prompts(workshop.templates, roles)
    assert prompts.render_draft(workshop.catalogue, KEY, "warm") == "short"
    assert prompts.render_revision(workshop.catalogue, KEY, "warm", "x", "y") == "again"
