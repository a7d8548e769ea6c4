"""Monitoring of one deployment: a dashboard, alarms with notifications, and a budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.monitoring.alarms import Alarm, list_alarms
from infra.monitoring.dashboard import OperationsDashboard

if TYPE_CHECKING:
    from aws_cdk import aws_cloudfront as cloudfront
    from aws_cdk import aws_lambda as lambda_

    from infra.monitoring.canary import SiteCanary
    from infra.service.api import MissApi
    from infra.service.batch import BatchPipeline
    from infra.service.gpu_service import GpuService
    from infra.service.wake_metrics import WakeMetrics
    from infra.settings import DeploymentSettings
    from infra.store.demand import DemandStore


class StageMonitoring(Construct):
    """`topic` gets all alarms and the budget's warnings."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: DeploymentSettings,
        distribution: cloudfront.IDistribution,
        edge: lambda_.IFunction,
        api: MissApi,
        demand: DemandStore,
        gpu: GpuService | None,
        wake: WakeMetrics | None,
        batch: BatchPipeline | None,
        canary: SiteCanary,
    ) -> None:
        super().__init__(scope, id_)
        self._settings = settings
        self.topic = self._create_topic()
        specs = list_alarms(
            distribution=distribution,
            api=api,
            demand=demand,
            gpu=gpu,
            wake=wake,
            batch=batch,
            canary=canary,
        )
        self.alarms = [self._create_alarm(spec) for spec in specs]
        self.dashboard = OperationsDashboard(
            self,
            "Board",
            settings=settings,
            distribution=distribution,
            edge=edge,
            api=api,
            demand=demand,
            gpu=gpu,
            wake=wake,
            alarms=self.alarms,
        ).dashboard
        self._create_budget()

    def _create_topic(self) -> sns.Topic:
        """A topic that requires TLS, for AWS's services and the address in the settings."""
        topic = sns.Topic(self, "Alarms", enforce_ssl=True)
        for service in ("cloudwatch", "budgets"):
            topic.grant_publish(iam.ServicePrincipal(f"{service}.amazonaws.com"))
        if self._settings.alarm_email:
            topic.add_subscription(subscriptions.EmailSubscription(self._settings.alarm_email))
        return topic

    def _create_alarm(self, spec: Alarm) -> cloudwatch.Alarm:
        alarm = cloudwatch.Alarm(
            self,
            spec.name,
            alarm_description=spec.meaning,
            metric=spec.metric,
            threshold=spec.threshold,
            evaluation_periods=spec.periods,
            datapoints_to_alarm=spec.minutes,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            treat_missing_data=(
                cloudwatch.TreatMissingData.BREACHING
                if spec.needs_data
                else cloudwatch.TreatMissingData.NOT_BREACHING
            ),
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))
        alarm.add_ok_action(actions.SnsAction(self.topic))
        return alarm

    def _create_budget(self) -> None:
        """Warn at 80% spent, and when the forecast exceeds 100%."""
        subscriber = budgets.CfnBudget.SubscriberProperty(
            subscription_type="SNS", address=self.topic.topic_arn
        )
        budgets.CfnBudget(
            self,
            "Budget",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(
                    amount=self._settings.budget_usd, unit="USD"
                ),
                cost_filters={"TagKeyValue": [f"user:edgefill:stage${self._settings.stage}"]},
            ),
            notifications_with_subscribers=[
                budgets.CfnBudget.NotificationWithSubscribersProperty(
                    notification=budgets.CfnBudget.NotificationProperty(
                        notification_type=kind,
                        comparison_operator="GREATER_THAN",
                        threshold=percent,
                        threshold_type="PERCENTAGE",
                    ),
                    subscribers=[subscriber],
                )
                for kind, percent in (("ACTUAL", 80), ("FORECASTED", 100))
            ],
        )
