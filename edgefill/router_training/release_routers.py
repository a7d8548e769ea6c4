"""The routers of a release: one for each partition that the catalogue has questions for."""

from __future__ import annotations

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.questions import CatalogueQuestions
from edgefill.release.routing import ReleaseRouting, build_routing
from edgefill.router_training.teacher.teacher import Teacher, speaks
from edgefill.router_training.train import TrainedRouter, train
from edgefill.routing.routing_config import Partition, RoutingConfig

SEED = 0


def train_partition(
    questions: CatalogueQuestions, partition: Partition, *, teacher: Teacher | None = None
) -> TrainedRouter:
    """The router of one partition; InputRefused names an utterance that cannot be used."""
    said = questions.collect_examples(partition)
    return train(
        said,
        budget=questions.ask.budget,
        clarify=partition.locale in questions.ask.clarify,
        seed=SEED,
        teacher=teacher if speaks(partition.locale) else None,
    )


def train_routing(catalogue: Catalogue, *, teacher: Teacher | None = None) -> ReleaseRouting | None:
    """What a release of `catalogue` routes by; None when it answers no free questions.

    A `teacher` teaches the routers of its own language.
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
