"""
What stands in the operator's resources that become scrape jobs: blocks, their keys, and what each key takes.

Facts of prometheus-operator.dev/docs/api-reference/api, up to release 0.86. Nothing is required but what a step of
relabelling needs: kustomize lays files over others that hold only what they change.
"""

from __future__ import annotations

from collections.abc import Mapping

from .prometheus_schema import ACTIONS, ESCAPING, PROTOCOLS, TLS_VERSIONS
from .shapes import NEW, Block, Many, Shape

_SECRET = NEW.keys("any", "name key").keys("bool", "optional").build()
_SECRET_OR_MAP = NEW.block({"secret": _SECRET, "configMap": _SECRET}).build(rivals=("secret configMap",))
_PROXY: Mapping[str, Shape] = {
    "proxyUrl": "url",
    "noProxy": "any",
    "proxyFromEnvironment": "bool",
    "proxyConnectHeader": "map",
}
_SAFE_TLS_KEYS: Mapping[str, Shape] = {
    "ca": _SECRET_OR_MAP,
    "cert": _SECRET_OR_MAP,
    "keySecret": _SECRET,
    "serverName": "any",
    "insecureSkipVerify": "bool",
    "minVersion": TLS_VERSIONS,
    "maxVersion": TLS_VERSIONS,
}
_SAFE_TLS = NEW.block(_SAFE_TLS_KEYS).build()
_TLS = (
    NEW.block(_SAFE_TLS_KEYS)
    .keys("any", "caFile certFile keyFile")
    .build(rivals=("ca caFile", "cert certFile", "keySecret keyFile"))
)
_BASIC = NEW.block({"username": _SECRET, "password": _SECRET}).build()
_AUTHORIZATION = NEW.keys("any", "type").block({"credentials": _SECRET}).build()
_OAUTH = (
    NEW.block({"clientId": _SECRET_OR_MAP, "clientSecret": _SECRET, "tlsConfig": _SAFE_TLS, **_PROXY})
    .keys("any", "tokenUrl")
    .keys("texts", "scopes")
    .keys("map", "endpointParams")
    .build()
)
_AUTH: Mapping[str, Shape] = {"basicAuth": _BASIC, "authorization": _AUTHORIZATION, "oauth2": _OAUTH}
_RIVALS = ("basicAuth authorization oauth2",)

# The operator takes each action in two spellings.
_CAMEL = "Replace|Keep|Drop|HashMod|LabelMap|LabelDrop|LabelKeep|Lowercase|Uppercase|KeepEqual|DropEqual"
RELABEL = (
    NEW.keys("any", "separator regex targetLabel replacement")
    .keys("texts", "sourceLabels")
    .keys("int", "modulus")
    .keys(f"{ACTIONS}|{_CAMEL}", "action")
    .relabelling()
)
_SCHEMES = "http|https|HTTP|HTTPS"

_ENDPOINT = (
    NEW.keys("any", "port targetPort path")
    .keys(_SCHEMES, "scheme")
    .keys("map", "params")
    .keys("duration", "interval scrapeTimeout")
    .keys("bool", "honorLabels honorTimestamps trackTimestampsStaleness followRedirects enableHttp2 filterRunning")
    .block({**_AUTH, **_PROXY, "relabelings": Many(RELABEL), "metricRelabelings": Many(RELABEL)})
    .block({"bearerTokenSecret": _SECRET})
)
_SELECTOR = (
    NEW.keys("map", "matchLabels")
    .block({"matchExpressions": Many(NEW.keys("any", "key operator").keys("texts", "values").build())})
    .build()
)
_NAMESPACES = NEW.keys("bool", "any").keys("texts", "matchNames").build()
_LIMITED = (
    NEW.keys("int", "sampleLimit targetLimit labelLimit labelNameLengthLimit labelValueLengthLimit keepDroppedTargets")
    .keys(f"list {PROTOCOLS}", "scrapeProtocols")
    .keys(PROTOCOLS, "fallbackScrapeProtocol")
    .keys("bool", "scrapeClassicHistograms convertClassicHistogramsToNHCB scrapeNativeHistograms")
    .keys("int", "nativeHistogramBucketLimit")
    .keys("any", "nativeHistogramMinBucketFactor scrapeClass bodySizeLimit")
)
_MONITOR = (
    _LIMITED.keys("any", "jobLabel attachMetadata")
    .keys("texts", "podTargetLabels")
    .keys("RelabelConfig|RoleSelector", "selectorMechanism")
    .block({"selector": _SELECTOR, "namespaceSelector": _NAMESPACES})
)
_SERVICE_MONITOR = (
    _MONITOR.keys("texts", "targetLabels")
    .keys("Endpoints|EndpointSlice", "serviceDiscoveryRole")
    .block({"endpoints": Many(_ENDPOINT.keys("any", "bearerTokenFile").block({"tlsConfig": _TLS}).build("", _RIVALS))})
    .build()
)
_POD_ENDPOINT = _ENDPOINT.keys("int", "portNumber").block({"tlsConfig": _SAFE_TLS}).build("", _RIVALS)
_POD_MONITOR = _MONITOR.block({"podMetricsEndpoints": Many(_POD_ENDPOINT)}).build()

_PROBER = NEW.keys("any", "path").keys("address", "url").keys(_SCHEMES, "scheme").block(_PROXY).build()
_TARGETS = NEW.block(
    {
        "staticConfig": NEW.keys("texts", "static")
        .keys("map", "labels")
        .block({"relabelingConfigs": Many(RELABEL)})
        .build(),
        "ingress": NEW.block(
            {"selector": _SELECTOR, "namespaceSelector": _NAMESPACES, "relabelingConfigs": Many(RELABEL)}
        ).build(),
    }
).build()
_PROBE = (
    _LIMITED.keys("any", "jobName module params")
    .keys("duration", "interval scrapeTimeout")
    .keys("bool", "followRedirects enableHttp2")
    .block({**_AUTH, "tlsConfig": _SAFE_TLS, "bearerTokenSecret": _SECRET, "metricRelabelings": Many(RELABEL)})
    .block({"prober": _PROBER, "targets": _TARGETS})
    .build("", _RIVALS)
)

# Of the ways to find targets only their names are known.
_DISCOVERIES = (
    "azure consul digitalOcean dns docker dockerSwarm ec2 eureka file gce hetzner http ionos kubernetes kuma lightSail"
    " linode nomad openstack ovhcloud puppetDB scaleway"
)
_SCRAPE_CONFIG = (
    _LIMITED.keys("any", "jobName metricsPath")
    .keys(_SCHEMES, "scheme")
    .keys("duration", "scrapeInterval scrapeTimeout")
    .keys("map", "params")
    .keys("bool", "honorLabels honorTimestamps trackTimestampsStaleness enableCompression enableHTTP2 followRedirects")
    .keys("legacy|utf8|Legacy|UTF8", "nameValidationScheme")
    .keys(f"{ESCAPING}|AllowUTF8|Underscores|Dots|Values", "nameEscapingScheme")
    .keys("any", " ".join(f"{name}SDConfigs" for name in _DISCOVERIES.split()))
    .block(
        {**_AUTH, **_PROXY, "tlsConfig": _SAFE_TLS, "relabelings": Many(RELABEL), "metricRelabelings": Many(RELABEL)}
    )
    .block({"staticConfigs": Many(NEW.keys("texts", "targets").keys("map", "labels").build())})
    .build("", _RIVALS)
)

SPECS: Mapping[str, Block] = {
    "ServiceMonitor": _SERVICE_MONITOR,
    "PodMonitor": _POD_MONITOR,
    "Probe": _PROBE,
    "ScrapeConfig": _SCRAPE_CONFIG,
}
"""The `spec` of each kind of resource."""
