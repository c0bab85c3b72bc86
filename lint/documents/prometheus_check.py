"""What Prometheus refuses in its configuration: missing, contradicting and misshapen values."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..finding import Location
from ..nodes import Spelling, Unparsable
from ..record import Record
from ..telemetry import vmagent
from . import discovery_check
from . import prometheus_schema as schema
from .prometheus_values import is_empty, is_open, is_zero, length, misfit, number
from .shapes import Block, Many, Shape
from .tree import Tree
from .vmagent import is_vmagents

KIND = "Prometheus configuration"
WHOLE = "the configuration"
"""What a key at the top stands in, in words."""

# Relabelling's actions that write into `target_label`.
_WRITING = frozenset("replace hashmod lowercase uppercase keepequal dropequal".split())
_ONLY_REGEX = frozenset(("labeldrop", "labelkeep"))
_ONLY_LABELS = frozenset(("keepequal", "dropequal"))
_DEFAULTS = {"separator": ";", "regex": "(.*)", "replacement": "$1"}
# Headers that remote write and read set themselves.
_RESERVED = frozenset(
    "authorization host content-encoding content-length content-type user-agent connection keep-alive"
    " proxy-authenticate proxy-authorization www-authenticate accept-encoding x-prometheus-remote-write-version"
    " x-prometheus-remote-read-version x-amz-date x-amz-security-token x-amz-content-sha256".split()
)


def problems_in(tree: Tree, source: str) -> Iterator[Unparsable]:
    """Why Prometheus would not load this configuration, but for unknown keys and what rules of their own look at."""
    yield from Checker(source, is_vmagent=is_vmagents(tree, source)).block(tree, schema.TOP, WHOLE)


class Checker(Record):
    """Says what is wrong in one document."""

    source: str
    kind: str = KIND
    spelling: Spelling = Spelling.PROMETHEUS
    is_vmagent: bool = False
    """Whether vmagent, which takes more, is who reads it."""

    def problem(self, message: str, tree: Tree, unless: str | None = None) -> Unparsable:
        """A finding about a value."""
        at = Location(self.source, None, tree.region)
        return Unparsable(at=at, lines=tree.lines, kind=self.kind, problem=message, unless=unless)

    def block(self, tree: Tree, block: Block, where: str) -> Iterator[Unparsable]:
        """A mapping: its keys, each once, those that it needs, and what they are given."""
        if tree.is_null or is_open(tree):
            return
        if not tree.is_mapping:
            yield self.problem(f"{where} is a mapping", tree)
            return
        given = {key.scalar: (key, value) for key, value in tree.entries()}
        for later, first in tree.duplicates():
            line = first.region().start.line
            at = Location(self.source, None, later.region())
            message = f"key `{later.value}` is given twice (first on line {line})"
            yield Unparsable(at=at, lines=tree.lines, kind=self.kind, problem=message)
        if lacking := [name for name in block.required if name not in given or is_empty(given[name][1])]:
            yield self.problem(f"{where} has no `{lacking[0]}`", tree)
        for rivals in block.rivals:
            both = [name for name in rivals if name in given and not given[name][1].is_null]
            if len(both) > 1:
                yield self.problem(f"`{both[0]}` and `{both[1]}` exclude each other", given[both[1]][0])
        for name, (_, value) in given.items():
            shape = block.keys.get(name or "")
            if shape is not None:
                yield from self.value(value, shape, f"`{name}`")
            check = _CHECKS.get(name or "")
            if check is not None and shape is not None:
                yield from check(self, value)

    def value(self, tree: Tree, shape: Shape, where: str) -> Iterator[Unparsable]:
        """What a key is given."""
        if isinstance(shape, Block):
            yield from self.block(tree, shape, where)
        elif isinstance(shape, Many):
            yield from self.many(tree, shape, where)
        elif not tree.is_null and not is_open(tree):
            yield from self.scalar(tree, shape, where)

    def many(self, tree: Tree, shape: Many, where: str) -> Iterator[Unparsable]:
        if tree.is_null or is_open(tree):
            return
        if not tree.is_sequence:
            yield self.problem(f"{where} is a list", tree)
        for element in tree.elements():
            if element.is_null:
                yield self.problem(f"an element of {where} is empty", element)
                continue
            action = element.get("action") if shape.of.is_relabelling else None
            if action is not None and self.spelling is Spelling.PROMETHEUS and action.scalar in vmagent.ACTIONS:
                yield self.problem(f"no `action` of relabelling is called `{action.scalar}`", action, "vmagent")
                continue
            yield from self.block(element, shape.of, f"an element of {where}")
            if shape.of.is_relabelling:
                yield from self.relabel(element)

    def scalar(self, tree: Tree, shape: str, where: str) -> Iterator[Unparsable]:
        if shape == "any":
            return
        if shape == "texts" or shape.startswith("list "):
            yield from self.texts(tree, shape.removeprefix("list "), where)
        elif shape == "map":
            if not tree.is_mapping:
                yield self.problem(f"{where} is a mapping", tree)
        elif tree.scalar is None:
            yield self.problem(f"{where} is a single value", tree)
        elif tree.scalar == "" and self.spelling is not Spelling.PROMETHEUS:
            return  # for the operator, an empty string is nothing
        elif (message := misfit(tree.scalar, shape)) is not None:
            yield self.problem(f"{where} {message}", tree)

    def texts(self, tree: Tree, shape: str, where: str) -> Iterator[Unparsable]:
        if not tree.is_sequence:
            yield self.problem(f"{where} is a list", tree)
        seen: set[str] = set()
        for element in tree.elements():
            if element.is_null or element.scalar is None:
                yield self.problem(f"an element of {where} is no string", element)
            elif shape != "texts" and element.scalar in seen:
                yield self.problem(f"`{element.scalar}` stands twice in {where}", element)
            elif shape != "texts" and (message := misfit(element.scalar, shape)) is not None and not is_open(element):
                yield self.problem(f"an element of {where} {message}", element)
            seen.add(element.scalar or "")

    def relabel(self, tree: Tree) -> Iterator[Unparsable]:
        """What an action needs, and what it does not take."""
        given = tree.get("action")
        if given is not None and is_empty(given):
            yield self.problem("`action` is empty", given)
            return
        action = (given.scalar or "").lower() if given is not None else "replace"
        spelled = self.spelling.of
        target = tree.get(spelled("target_label"))
        if action in _WRITING and (target is None or is_empty(target)):
            yield self.problem(f"`{action}` needs a `{spelled('target_label')}`", tree)
        pattern = tree.get("regex")
        if pattern is not None and pattern.is_sequence:
            yield self.problem("`regex` is a single value", pattern, "vmagent")
        modulus = tree.get("modulus")
        if action == "hashmod" and (modulus is None or is_zero(modulus)):
            yield self.problem("`hashmod` needs a `modulus`", tree)
        labels = {spelled("source_labels"), spelled("target_label"), "action"}
        # `if` is vmagent's, and unknown to Prometheus whatever the action is.
        allowed = ({"regex", "action"} if action in _ONLY_REGEX else labels) | {"if"}
        for key, value in tree.entries():
            if value.is_binary:
                yield self.problem(f"`{key.scalar}` is a string", value)
            # A server that prints its configuration prints the defaults, too.
            if value.is_null or value.scalar == _DEFAULTS.get(key.scalar or "", ""):
                continue
            if action in _ONLY_REGEX | _ONLY_LABELS and key.scalar not in allowed:
                yield self.problem(f"`{action}` takes no `{key.scalar}`", key)
            elif action in ("lowercase", "uppercase") and key.scalar == "replacement":
                yield self.problem(f"`{action}` takes no `replacement`", key)

    def labels(self, tree: Tree) -> Iterator[Unparsable]:
        for key, value in tree.entries():
            if key.is_binary:
                yield self.problem(f"`{key.scalar}` cannot be the name of a label", key)
            if value.scalar is None or value.is_binary:
                yield self.problem("a label's value is a string", value)

    def headers(self, tree: Tree) -> Iterator[Unparsable]:
        for key, _ in tree.entries():
            if key.scalar and key.scalar.lower() in _RESERVED:
                yield self.problem(f"the header `{key.scalar}` is Prometheus' own", key)

    def targets(self, tree: Tree) -> Iterator[Unparsable]:
        """Targets that are URLs: fine only where relabelling may make addresses of them."""
        unless = "vmagent" if self.is_vmagent else None
        for owner in tree.elements():
            steps, groups = owner.get("relabel_configs"), owner.get("static_configs")
            if groups is None or any(map(_makes_addresses, steps.elements() if steps is not None else ())):
                continue
            for group in groups.elements():
                for target in (group.get("targets") or group).elements():
                    if target.scalar and "/" in target.scalar and not is_open(target):
                        yield self.problem(
                            f"`{target.scalar}` is a URL, and a target a host and a port", target, unless
                        )

    def authorization(self, tree: Tree) -> Iterator[Unparsable]:
        kind = tree.get("type")
        if kind is not None and (kind.scalar or "").lower() == "basic":
            yield self.problem("the `type` of `authorization` cannot be basic: that is `basic_auth`", kind)

    def named(self, tree: Tree) -> Iterator[Unparsable]:
        """Remote endpoints: no name twice."""
        seen: set[str] = set()
        for element in tree.elements():
            name = element.get("name")
            if name is not None and name.scalar:
                if name.scalar in seen:
                    yield self.problem(f"the name `{name.scalar}` is given twice", name)
                seen.add(name.scalar)

    def included(self, tree: Tree) -> Iterator[Unparsable]:
        """Files of jobs: as rule files, and none twice, since each job has a name of its own."""
        yield from self.globs(tree)
        seen: set[str] = set()
        for element in tree.elements():
            if element.scalar and element.scalar in seen and not is_open(element):
                yield self.problem(f"`{element.scalar}` is included twice, and its jobs with it", element)
            seen.add(element.scalar or "")

    def globs(self, tree: Tree) -> Iterator[Unparsable]:
        """Rule files: an asterisk only in the last part of a path, and a known ending."""
        for element in tree.elements():
            folder, _, _ = (element.scalar or "").rpartition("/")
            if "*" in folder:
                yield self.problem("a pattern may stand in the last part of a path only", element)

    def queue(self, tree: Tree) -> Iterator[Unparsable]:
        for name in ("capacity", "max_shards", "min_shards", "max_samples_per_send"):
            value = tree.get(name)
            if value is not None and is_zero(value):
                yield self.problem(f"`{name}` is at least 1", value)
        for low, high, read in (("min_shards", "max_shards", number), ("min_backoff", "max_backoff", length)):
            least, most = tree.get(low), tree.get(high)
            if least is not None and most is not None and read(least) > read(most):
                yield self.problem(f"`{high}` is below `{low}`", most)

    def percentage(self, tree: Tree) -> Iterator[Unparsable]:
        if tree.scalar is not None and not is_open(tree) and not 0 <= number(tree) <= 100:
            yield self.problem("`percentage` is between 0 and 100", tree)

    def attributes(self, tree: Tree) -> Iterator[Unparsable]:
        seen: set[str] = set()
        for element in tree.elements():
            name = (element.scalar or "").strip()
            if not name or name in seen:
                yield self.problem("an attribute is empty" if not name else f"`{name}` is given twice", element)
            seen.add(name)

    def otlp(self, tree: Tree) -> Iterator[Unparsable]:
        ignored, everything = tree.get("ignore_resource_attributes"), tree.get("promote_all_resource_attributes")
        if ignored is not None and (everything is None or everything.scalar != "true"):
            message = "`ignore_resource_attributes` needs `promote_all_resource_attributes`"
            yield self.problem(message, ignored)

    def names(self, tree: Tree) -> Iterator[Unparsable]:
        """Names in UTF-8 and their old spelling, which exclude each other."""
        validation, escaping = tree.get("metric_name_validation_scheme"), tree.get("metric_name_escaping_scheme")
        legacy = validation is not None and validation.scalar == "legacy"
        if legacy and escaping is not None and escaping.scalar == "allow-utf-8":
            yield self.problem("`allow-utf-8` needs the validation scheme `utf8`", escaping)


def _makes_addresses(step: Tree) -> bool:
    """Whether a step may write an address in the place of what stands in the file, or drop the target."""
    action, target = (step.get("action") or step).scalar or "replace", (step.get("target_label") or step).scalar or ""
    if is_open(step) or action.lower() in ("labelmap", "keep", "drop", "keepequal", "dropequal"):
        return True
    return target == "__address__" or "$" in target or "{" in target


_Check = Callable[[Checker, Tree], Iterator[Unparsable]]


def _of_discovery(check: Callable[[discovery_check.Problem, Tree], Iterator[Unparsable]]) -> _Check:
    return lambda checker, tree: check(checker.problem, tree)


_CHECKS: dict[str, _Check] = {
    "labels": Checker.labels,
    "external_labels": Checker.labels,
    "headers": Checker.headers,
    "scrape_configs": Checker.targets,
    "alertmanagers": Checker.targets,
    "authorization": Checker.authorization,
    "remote_write": Checker.named,
    "remote_read": Checker.named,
    "rule_files": Checker.globs,
    "scrape_config_files": Checker.included,
    "queue_config": Checker.queue,
    "percentage": Checker.percentage,
    "promote_resource_attributes": Checker.attributes,
    "ignore_resource_attributes": Checker.attributes,
    "otlp": Checker.otlp,
    "global": Checker.names,
    "azure_sd_configs": _of_discovery(discovery_check.azure),
    "ec2_sd_configs": _of_discovery(discovery_check.filters),
    "lightsail_sd_configs": _of_discovery(discovery_check.filters),
    "outscale_sd_configs": _of_discovery(discovery_check.secret),
    "scaleway_sd_configs": _of_discovery(discovery_check.secret),
    "kubernetes_sd_configs": _of_discovery(discovery_check.kubernetes),
}
