"""Builds the roles of drafting (edgefill/drafting/drafting_roles.py) as they are configured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.content import find_content
from edgefill.catalogue.prompts import PromptTemplates
from edgefill.chat import ChatClient
from edgefill.core.errors import InputRefused
from edgefill.drafting.drafting_roles import DraftingRoles, Introspection, Transformer
from edgefill.drafting.transforming import ExtractTransformer, ModelTransformer
from edgefill.drafting.writers.generator import Generator, Lane
from edgefill.judging import Judge, MissingJudge, SmallJudge
from edgefill.judging.critic import SmallCritic
from edgefill.judging.large import Calibration, LargeCritic, LargeJudge, PairwiseJudge, load_rubric
from edgefill.judging.large.review import Review
from edgefill.judging.model import JudgeModel
from edgefill.roles.role_clients import RoleChat, RoleGenerator
from edgefill.roles.roles import Role, RoleName, Roles

# makes a client of the server at a URL, with a bearer key or ""
ChatConnector = Callable[[str, str], ChatClient]
_DEFAULT_REVISION = "revise.j2"


def load_role_prompts(templates: Path, roles: Roles) -> PromptTemplates:
    """The prompts of `templates/prompts/`, with the drafter's and reviser's under their names."""
    reviser = roles.find("reviser")
    drafter = roles.find("drafter")
    return PromptTemplates.load(
        templates / "prompts",
        draft=drafter.prompt if drafter else "draft.j2",
        answer=roles.question_prompt or "answer.j2",
        revise=reviser.prompt if reviser else _DEFAULT_REVISION,
    )


def build_roles(
    roles: Roles,
    *,
    templates: Path,
    catalogue: Catalogue,
    prompts: PromptTemplates,
    generator: Generator,
    connect_chat: ChatConnector,
    service_url: str = "",
    environment: Mapping[str, str],
    lane: Lane = "batch",
) -> DraftingRoles:
    """What the drafting flow calls, role by role.

    `generator` is the client of our GPU service, at `service_url` ("" if it has none). InputRefused
    names a role that needs a URL; CatalogueRefused a rubric that contradicts itself.
    """
    builder = _RoleBuilder(
        models=roles.models,
        templates=templates,
        catalogue=catalogue,
        prompts=prompts,
        generator=generator,
        connect_chat=connect_chat,
        service_url=service_url,
        environment=environment,
        lane=lane,
    )
    return builder.build(roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class _RoleBuilder:
    models: Mapping[str, JudgeModel]
    templates: Path
    catalogue: Catalogue
    prompts: PromptTemplates
    generator: Generator
    connect_chat: ChatConnector
    service_url: str
    environment: Mapping[str, str]
    lane: Lane

    def build(self, roles: Roles) -> DraftingRoles:
        drafter, reviser = roles.roles["drafter"], roles.find("reviser")
        judge, critic = roles.find("judge"), roles.find("critic")
        introspect, transformer = roles.find("introspect"), roles.find("transformer")
        return DraftingRoles(
            writer=self._name_generator(drafter),
            judge=self._build_judge(judge) if judge else MissingJudge(),
            critic=self._build_critic(critic) if critic else None,
            comparer=self._build_comparer(judge) if judge and judge.compare else None,
            introspection=self._build_introspection(introspect, drafter) if introspect else None,
            reviser=self._name_generator(reviser) if reviser else None,
            transformer=self._build_transformer(transformer) if transformer else None,
            answers_questions=bool(roles.question_prompt),
            writer_model=drafter.served_model,
            reviser_model=reviser.served_model if reviser else "",
            max_tokens=drafter.budget.tokens,
            max_revisions=reviser.budget.attempts if reviser else 0,
        )

    def _build_judge(self, role: Role) -> Judge:
        if role.engine == "small":
            return SmallJudge(model=self.models[role.model])
        rubric = load_rubric(
            find_content(self.templates, role.rubric),
            experiences=self.catalogue.entries,
            file=role.rubric,
        )
        return LargeJudge(
            chat=self._connect(role),
            review=self._make_review(role),
            rubric=rubric,
            calibration=Calibration(slope=role.settings["slope"], offset=role.settings["offset"]),
        )

    def _build_critic(self, role: Role) -> Judge:
        if role.engine == "small":
            return SmallCritic(
                model=self.models[role.model],
                max_surprise=role.settings["max_surprise"],
            )
        return LargeCritic(
            chat=self._connect(role),
            review=self._make_review(role),
            min_fluency=role.settings["min_fluency"],
        )

    def _build_comparer(self, role: Role) -> PairwiseJudge:
        review = replace(self._make_review(role), name=role.compare)
        return PairwiseJudge(chat=self._connect(role), review=review)

    def _build_introspection(self, role: Role, drafter: Role) -> Introspection:
        critique = None
        if role.critique:
            review = replace(self._make_review(drafter), name=role.critique)
            critique = LargeCritic(chat=self._connect(drafter), review=review)
        return Introspection(
            min_log_probability=role.settings["min_log_probability"], critique=critique
        )

    def _build_transformer(self, role: Role) -> Transformer:
        if role.engine == "extract":
            return ExtractTransformer()
        return ModelTransformer(
            catalogue=self.catalogue,
            prompts=self.prompts,
            generator=self._name_generator(role),
            name=role.prompt,
            model=role.served_model,
            lane=self.lane,
        )

    def _make_review(self, role: Role) -> Review:
        return Review(
            catalogue=self.catalogue,
            prompts=self.prompts,
            name=role.prompt,
            model=role.served_model,
        )

    def _name_generator(self, role: Role) -> Generator:
        return RoleGenerator(inner=self.generator, role=role)

    def _connect(self, role: Role) -> ChatClient:
        if role.engine == "openai":
            chat = self.connect_chat(role.url, self.environment.get(role.key_env, ""))
        else:
            chat = self.connect_chat(_require_url(self.service_url, role.name), "")
        return RoleChat(inner=chat, role=role)


def _require_url(url: str, name: RoleName) -> str:
    if not url:
        raise InputRefused(
            f"roles.yaml: {name}: the engine 'service' needs the URL of the GPU service; start it, "
            "or choose another engine"
        )
    return url
