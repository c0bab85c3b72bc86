"""Tables: which calls and attributes of which libraries have no end of values, and which have few."""

from __future__ import annotations

UNBOUNDED_CALLS = {
    **dict.fromkeys(("uuid.uuid1", "uuid.uuid3", "uuid.uuid4", "uuid.uuid5", "uuid.uuid6", "uuid.uuid7"), "a new UUID"),
    **dict.fromkeys(
        ("ulid.new", "ulid.ULID", "shortuuid.uuid", "nanoid.generate", "bson.ObjectId"), "a new identifier"
    ),
    **dict.fromkeys(
        (
            "time.time",
            "time.time_ns",
            "time.monotonic",
            "time.monotonic_ns",
            "time.perf_counter",
            "time.perf_counter_ns",
            "time.strftime",
            "time.ctime",
            "datetime.datetime.now",
            "datetime.datetime.utcnow",
            "datetime.datetime.today",
            "datetime.date.today",
            "django.utils.timezone.now",
            "arrow.now",
            "arrow.utcnow",
            "pendulum.now",
        ),
        "the time",
    ),
    **dict.fromkeys(
        (
            "random.random",
            "random.randint",
            "random.randrange",
            "random.uniform",
            "random.getrandbits",
            "secrets.token_hex",
            "secrets.token_urlsafe",
            "secrets.token_bytes",
            "secrets.randbelow",
            "os.urandom",
        ),
        "a random value",
    ),
    "traceback.format_exc": "the text of a traceback",
    "traceback.format_exception": "the text of a traceback",
    "traceback.format_stack": "the text of a traceback",
    "builtins.id": "the address of an object",
    "builtins.input": "what was typed in",
    "flask.request.get_json": "the request's body",
}
"""Functions whose result has no end of values, and what it is."""

BOUNDED_CALLS = frozenset(
    f"builtins.{name}" for name in ("bool", "isinstance", "issubclass", "hasattr", "callable", "any", "all", "type")
)
"""Functions whose result is one of few: a truth value or a class."""

CONFIG_CALLS = frozenset(
    {
        "os.getenv",
        "os.environ.get",
        "socket.gethostname",
        "socket.getfqdn",
        "platform.node",
        "platform.system",
        "platform.python_version",
        "platform.machine",
        "os.getpid",
        "os.uname",
        "importlib.metadata.version",
        "decouple.config",
    }
)
"""Functions whose result is fixed for the life of a process."""

CONFIG_ROOTS = ("os.environ", "django.conf.settings", "sys.platform", "sys.version", "sys.argv")

TRANSPARENT_CALLS = frozenset(
    {
        *(f"builtins.{name}" for name in ("str", "repr", "ascii", "int", "float", "round", "abs", "format", "hash")),
        *(f"builtins.{name}" for name in ("sorted", "reversed", "list", "tuple", "set", "iter", "next", "min", "max")),
        "json.dumps",
        "json.loads",
        "hashlib.md5",
        "hashlib.sha1",
        "hashlib.sha256",
        "hashlib.blake2b",
        "urllib.parse.urlparse",
        "urllib.parse.urlsplit",
        "urllib.parse.unquote",
        "urllib.parse.quote",
        "uuid.UUID",
        "copy.copy",
        "copy.deepcopy",
        "typing.cast",
    }
)
"""Functions that give as many values as they are given. A hash or a prefix of an identifier is still one."""

TRANSPARENT_METHODS = frozenset(
    "lower upper strip lstrip rstrip title capitalize casefold encode decode split rsplit partition rpartition replace "
    "removeprefix removesuffix format zfill ljust rjust hexdigest digest hex isoformat strftime timestamp "
    "get getlist pop items values keys json text body form read get_json copy as_posix total_seconds "
    "get_full_path build_absolute_uri get_host get_data get_argument get_username".split()
)
"""Methods of a value without end whose result has none either."""

REQUEST_ATTRIBUTES = {
    "path": "path",
    "full_path": "path",
    "path_info": "path",
    "raw_path": "path",
    "path_qs": "path",
    "rel_url": "URL",
    "url": "URL",
    "uri": "URL",
    "base_url": "URL",
    "query_string": "query",
    "query": "query",
    "query_params": "query",
    "args": "query",
    "GET": "query",
    "form": "form",
    "POST": "form",
    "values": "values",
    "json": "body",
    "data": "body",
    "body": "body",
    "get_json": "body",
    "get_data": "body",
    "text": "body",
    "post": "body",
    "read": "body",
    "headers": "headers",
    "META": "headers",
    "cookies": "cookies",
    "COOKIES": "cookies",
    "remote_addr": "client address",
    "remote": "client address",
    "remote_ip": "client address",
    "access_route": "client address",
    "client": "client address",
    "user_agent": "user agent",
    "referrer": "referrer",
    "view_args": "path parameters",
    "path_params": "path parameters",
    "match_info": "path parameters",
    "user": "user",
    "get_full_path": "path",
    "build_absolute_uri": "URL",
    "get_argument": "query",
    "id": "id",
}
"""Attributes and methods of a web request that the client decides, in any framework, and what they are."""

TEMPLATED_TAILS = (
    ".url_rule",
    ".url_rule.rule",
    ".endpoint",
    ".blueprint",
    ".resolver_match",
    ".resolver_match.route",
    ".resolver_match.view_name",
    ".resolver_match.url_name",
    ".match_info.route",
    ".match_info.route.resource",
    ".match_info.route.resource.canonical",
    ".match_info.handler",
    ".route",
    ".route.path",
    ".uri_template",
    ".matched_route",
    ".method",
    ".scheme",
)
"""Ends of a path from a request to something that takes as many values as the application has routes."""

FEW_ATTRIBUTES = frozenset(
    "method scheme status status_code __name__ __qualname__ __class__ __module__ is_authenticated is_staff "
    "is_superuser is_anonymous is_active is_secure is_json is_ajax port charset encoding mimetype content_type "
    "http_version version plan tier role kind type country language locale currency region platform os browser "
    "device family".split()
)
"""Attributes that take few values, even of an object that the client sent."""

EXCEPTION_TEXTS = frozenset({"args", "message", "msg", "detail", "details", "reason", "strerror", "stderr", "output"})

WEB_FRAMEWORKS = frozenset(
    "flask quart django rest_framework fastapi starlette aiohttp sanic tornado litestar falcon bottle pyramid "
    "werkzeug blacksheep robyn".split()
)
REQUEST_OBJECTS = frozenset({"flask.request", "quart.request", "bottle.request", "flask.globals.request"})
REQUEST_TYPES = frozenset({"Request", "HttpRequest", "WebSocket", "HTTPConnection", "ASGIConnection", "BaseRequest"})
REQUEST_PARAMETERS = frozenset({"request", "req", "http_request"})
REQUEST_FIELDS = {
    "Query": "a query parameter of the request",
    "Path": "a path parameter of the request",
    "Header": "a header of the request",
    "Cookie": "a cookie of the request",
    "Form": "a form field of the request",
    "Body": "a part of the request's body",
    "File": "an uploaded file",
}
"""FastAPI's parameter functions."""

ENUM_BASES = frozenset({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "TextChoices", "IntegerChoices", "Choices"})

BUILTINS = frozenset(
    "str repr ascii int float round abs format hash sorted reversed list tuple set frozenset dict iter next min max "
    "bool isinstance issubclass hasattr callable any all type id input len enumerate zip range map filter getattr sum "
    "vars locals open print super object Exception".split()
)
