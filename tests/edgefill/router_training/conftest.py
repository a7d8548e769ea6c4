"""A shop's questions, and the router trained on them."""

import pytest

from edgefill.router_training.questions.examples import TrainingExamples
from edgefill.router_training.train import TrainedRouter, train
from edgefill.routing.router import Router

ORDERS = ("where is my order", "track my parcel", "has my package shipped", "order status please",
          "when will my order arrive", "where is the parcel you sent")  # fmt: skip
CANCEL = ("cancel my order", "i want to cancel an order", "please cancel the purchase",
          "stop my order", "can you cancel it", "cancel that order for me")  # fmt: skip
RETURNS = ("how do i return an item", "send it back", "i want to return my shoes",
           "where do i send returns", "return policy", "give an item back")  # fmt: skip
OTHER = ("what is the weather", "tell me a joke", "who won the match", "how old are you",
         "write a poem about the sea", "what time is it in rome")  # fmt: skip


@pytest.fixture(scope="session")
def examples() -> TrainingExamples:
    return TrainingExamples(
        utterances={"order": ORDERS, "cancel": CANCEL, "return": RETURNS},
        out_of_scope=OTHER,
        labels={"order": "Where is it?", "cancel": "Cancel it"},
    )


@pytest.fixture(scope="session")
def trained(examples: TrainingExamples) -> TrainedRouter:
    return train(examples, budget=0.1, seed=1)


@pytest.fixture
def router(trained: TrainedRouter) -> Router:
    return Router(trained.router)
