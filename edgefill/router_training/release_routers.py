"""Train the routers of a release: one per partition that the catalogue has questions for."""

from __future__ import annotations

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.questions.question_files import CatalogueQuestions
from edgefill.release.routing import ReleaseRouting, build_routing
from edgefill.router_training.teacher.teacher import Teacher, is_teacher_locale
from edgefill.router_training.train import TrainedRouter, train
from edgefill.routing.routing_config import Partition, RoutingConfig

SEED = 0


def train_partition(
    questions: CatalogueQuestions, partition: Partition, *, teacher: Teacher | None = None
) -> TrainedRouter:
    """Train one partition's router; InputRefused names an utterance that cannot be used."""
    examples = questions.collect_examples(partition)
    return train(
        examples,
        budget=questions.ask.budget,
        clarify=partition.locale in questions.ask.clarify,
        seed=SEED,
        teacher=teacher if is_teacher_locale(partition.locale) else None,
    )


def train_routing(catalogue: Catalogue, *, teacher: Teacher | None = None) -> ReleaseRouting | None:
    """Train all routers of a catalogue; None when it answers no free questions.

    A `teacher` is used for the routers of its own language.
    """
    questions = catalogue.questions
    if questions is None:
        return None
    files = {
        str(partition): train_partition(questions, partition, teacher=teacher).router
        for partition in questions.list_partitions()
    }
    ask = questions.ask
    guest, member = ask.audiences[:2]
    routers = RoutingConfig(
        answer=ask.answer,
        tenant=ask.tenants[0],
        guest=guest,
        member=member,
        clarify=dict(ask.clarify),
        partitions=tuple(files),
    )
    return build_routing(routers, files)
