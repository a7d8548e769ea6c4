"""The store stack: the resources that hold data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_ssm as ssm

from infra.store.demand import DemandStore
from infra.store.model_store import ModelStore, name_live_parameter
from infra.store.question_key import create_question_key
from infra.store.template_store import TemplateStore

if TYPE_CHECKING:
    from aws_cdk import aws_s3 as s3
    from constructs import Construct

    from infra.settings import DeploymentSettings


class StoreStack(Stack):
    """`store` holds the templates, `demand` the state of the miss path, `models` the weights.

    `question_key` is the secret in the paths of answers to free questions.

    `models` is None without GPUs in this deployment.
    """

    def __init__(
        self, scope: Construct, id_: str, *, settings: DeploymentSettings, **place: Any
    ) -> None:
        super().__init__(scope, id_, **place)
        self.store = TemplateStore(
            self, "Store", keep=settings.keep_data, log_days=settings.log_days
        )
        self.demand = DemandStore(self, "Demand", keep=settings.keep_data)
        self.question_key = create_question_key(self, keep=settings.keep_data)
        self.models: s3.Bucket | None = None
        if settings.gpu:
            self.models = ModelStore(
                self, "ModelStore", keep=settings.keep_data, logs=self.store.logs
            ).bucket
            self._create_live_parameter(settings.stage, settings.gpu.model_name)
            self._describe_weights(self.models, settings.gpu.model)

    def _create_live_parameter(self, stage: str, first: str) -> None:
        """The live version; the service stack reads it at each deployment.

        CloudFormation writes it at the first deployment and when `gpu.model` changes, otherwise
        lambdas/rollout does.
        """
        ssm.StringParameter(
            self,
            "LiveModel",
            parameter_name=name_live_parameter(stage),
            string_value=first,
            description="The live version of the model: its folder in the model bucket",
        )

    def _describe_weights(self, models: s3.Bucket, model: str) -> None:
        """Say what a person has to add, because an empty bucket stops nothing here."""
        folder = models.s3_url_for_object(model)
        CfnOutput(
            self,
            "MissingWeights",
            value=f"aws s3 sync ./MODEL {folder}",
            description="Until this folder holds a Hugging Face model (config.json, tokenizer, "
            "*.safetensors) no text is generated and visitors get fallbacks; `aws s3 ls` with the "
            "same URL lists it",
        )
