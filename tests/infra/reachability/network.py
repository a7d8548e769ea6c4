"""Who can open a connection to whom, computed from the security groups, subnets and routes.

The model has what these templates use. It refuses what it does not know: another kind of network
resource, a group of another form. Sources: docs.aws.amazon.com/vpc/latest/userguide, pages
vpc-security-groups (both sides have to allow a connection; answers are always allowed),
VPC_Route_Tables and vpc-nat-gateway; docs.aws.amazon.com/vpc/latest/privatelink, pages
gateway-endpoints and privatelink-access-aws-services.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from tests.infra.stage_templates import StageTemplates

ANYWHERE = IPv4Network("0.0.0.0/0")
HTTPS = 443
# The resources of a network that this module reads, or that decide about no connection.
KNOWN = {
    *("VPC", "Subnet", "RouteTable", "SubnetRouteTableAssociation", "Route", "EIP", "NatGateway"),
    *("InternetGateway", "VPCGatewayAttachment", "VPCEndpoint", "SecurityGroup", "FlowLog"),
    *("SecurityGroupIngress", "SecurityGroupEgress", "LaunchTemplate"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """An end of a connection: its security groups, and the subnets that it can be in."""

    name: str
    groups: frozenset[str]
    subnets: frozenset[str]
    ports: Container[int] = range(1, 65536)  # those on which it can listen
    public: bool = False  # it has a public address


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One direction of a security group; `peer` is a group or a range of addresses."""

    first: int
    last: int
    peer: str

    def admits(self, port: int) -> bool:
        return self.first <= port <= self.last


class Network:
    """The network of one stack."""

    def __init__(self, stage: StageTemplates, stack: str = "Service") -> None:
        self._stage, self._stack = stage, stack
        unknown = {
            each.removeprefix("AWS::EC2::") for each in stage.list_types("AWS::EC2::")
        } - KNOWN
        if unknown:
            raise LookupError(f"network.py does not know what {sorted(unknown)} do")
        ((self._vpc, row),) = self._list("VPC")
        self._addresses = IPv4Network(row["CidrBlock"])
        self._ingress = self._read_rules("SecurityGroupIngress", "Source")
        self._egress = self._read_rules("SecurityGroupEgress", "Destination")
        self._tables = {
            self._name(each["SubnetId"]): self._name(each["RouteTableId"])
            for _, each in self._list("SubnetRouteTableAssociation")
        }
        self._routes = [each for _, each in self._list("Route")]
        self._endpoints = dict(self._list("VPCEndpoint"))

    def connects(self, source: Party, target: Party, port: int) -> bool:
        """Whether `source` can connect to `target`: every subnet of the network routes to all."""
        return port in target.ports and (
            self._allows(self._egress, source.groups, target.groups, port)
            and self._allows(self._ingress, target.groups, source.groups, port)
        )

    def admits_internet(self, target: Party, port: int) -> bool:
        """Whether anybody can connect from outside."""
        return (
            target.public
            and any(self._find_gateway(each) == "internet gateway" for each in target.subnets)
            and self._reaches_outside(self._ingress, target.groups, port)
        )

    def find_way(self, source: Party, service: str) -> str:
        """How `source` connects to a service of AWS, or to `internet`; "" if it cannot.

        An endpoint with a private name takes all connections to its service.
        """
        for row in self._endpoints.values():
            if self._stage.resolve(row["ServiceName"], self._stack).endswith(f".{service}"):
                if "PolicyDocument" in row:
                    raise LookupError(f"network.py reads no policy of an endpoint: {service}")
                return self._find_endpoint_way(source, row)
        return self._find_internet_way(source)

    def _find_endpoint_way(self, source: Party, row: Mapping[str, Any]) -> str:
        if row["VpcEndpointType"] == "Gateway":
            routed = {self._name(each) for each in row["RouteTableIds"]}
            goes_out = self._reaches_outside(self._egress, source.groups, HTTPS)
            is_routed = {self._tables[each] for each in source.subnets} <= routed
            return "gateway endpoint" if goes_out and is_routed else ""
        endpoint = Party(
            name="endpoint",
            groups=frozenset(self._name(each) for each in row["SecurityGroupIds"]),
            subnets=frozenset(self._name(each) for each in row["SubnetIds"]),
        )
        is_named = row.get("PrivateDnsEnabled") is True and bool(endpoint.subnets)
        return "endpoint" if is_named and self.connects(source, endpoint, HTTPS) else ""

    def _find_internet_way(self, source: Party) -> str:
        if not self._reaches_outside(self._egress, source.groups, HTTPS):
            return ""
        ways = {self._find_gateway(each) for each in source.subnets}
        if ways == {"NAT gateway"}:
            return "NAT gateway"
        return "internet gateway" if ways == {"internet gateway"} and source.public else ""

    def _find_gateway(self, subnet: str) -> str:
        """What the default route of a subnet leads to."""
        for row in self._routes:
            if self._name(row["RouteTableId"]) == self._tables[subnet]:
                if IPv4Network(row["DestinationCidrBlock"]) != ANYWHERE:
                    raise LookupError(f"network.py reads default routes only: {row}")
                return "NAT gateway" if "NatGatewayId" in row else "internet gateway"
        return ""

    def _allows(
        self,
        rules: Mapping[str, list[Rule]],
        groups: frozenset[str],
        peers: frozenset[str],
        port: int,
    ) -> bool:
        """Whether a rule of `groups` admits members of `peers`, who are in this network."""
        return any(
            rule.admits(port) and (rule.peer in peers or self._covers_network(rule.peer))
            for group in groups
            for rule in rules[group]
        )

    def _covers_network(self, peer: str) -> bool:
        if peer == self._vpc:
            return True
        return not peer.startswith("<") and self._addresses.subnet_of(IPv4Network(peer))

    def _reaches_outside(
        self, rules: Mapping[str, list[Rule]], groups: frozenset[str], port: int
    ) -> bool:
        return any(
            rule.admits(port)
            and not rule.peer.startswith("<")
            and IPv4Network(rule.peer).prefixlen < self._addresses.prefixlen
            for group in groups
            for rule in rules[group]
        )

    def _read_rules(self, type_: str, end: str) -> dict[str, list[Rule]]:
        """The rules of every group in one direction; without one, all may go out.

        A resource SecurityGroupEgress removes the default rule, too (aws-cdk#987).
        """
        rules = {
            name: [self._read_rule(each, end) for each in row.get(type_, ())]
            for name, row in self._list("SecurityGroup")
        }
        for _, row in self._list(type_):
            rules[self._name(row["GroupId"])].append(self._read_rule(row, end))
        if end == "Destination":
            everything = Rule(first=0, last=65535, peer=str(ANYWHERE))
            return {name: each or [everything] for name, each in rules.items()}
        return rules

    def _read_rule(self, row: Mapping[str, Any], end: str) -> Rule:
        peer = row.get(f"{end}SecurityGroupId") or row.get("CidrIp")
        if peer is None:
            raise LookupError(f"network.py does not know whom this rule admits: {row}")
        if row["IpProtocol"] == "-1":
            return Rule(first=0, last=65535, peer=self._name(peer))
        if row["IpProtocol"] != "tcp":
            return Rule(first=1, last=0, peer=self._name(peer))  # no port of TCP
        return Rule(first=row["FromPort"], last=row["ToPort"], peer=self._name(peer))

    def _list(self, type_: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for stack, id_, row in self._stage.find_all(f"AWS::EC2::{type_}"):
            if stack == self._stack:
                yield f"<{stack}.{id_}>", row

    def _name(self, value: Any) -> str:
        return self._stage.resolve(value, self._stack)
