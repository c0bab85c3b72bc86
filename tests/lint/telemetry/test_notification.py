"""Which annotations a notification reads."""

import pytest

from obsaudit.lint.telemetry.notification import annotations_read


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ .CommonAnnotations.summary }}", [("summary", False)]),
        ("{{ range .Alerts }}{{ .Annotations.summary | toUpper }}{{ end }}", [("summary", False)]),
        ('{{ index .CommonAnnotations "runbook-url" }}', [("runbook-url", False)]),
        ("{{ (index .Alerts 0).Annotations.summary }}", [("summary", False)]),
        (
            "{{ if .CommonAnnotations.a }}{{ .CommonAnnotations.a }}{{ .CommonAnnotations.b }}{{ end }}",
            ["a?", "a?", "b"],
        ),
        ("{{ with .Annotations.a }}{{ . }}{{ else }}none{{ end }}", ["a?"]),
        ("{{ or .Annotations.a .Annotations.b }}", ["a?", "b?"]),
        ("{{ range .CommonAnnotations.SortedPairs }}{{ .Name }}{{ end }}", []),
        ("{{ .CommonLabels.severity }}", []),
        ("{{ .CommonAnnotations.summary", []),
    ],
)
def test_reads_and_guards(template, expected):
    """
    An annotation that the template asks for first is guarded; what cannot be parsed reads nothing.
    """
    wanted = [(one.rstrip("?"), one.endswith("?")) if isinstance(one, str) else one for one in expected]

    assert wanted == [(read.name, read.guarded) for read in annotations_read(template)]


def test_a_read_has_its_place():
    """
    The place is the whole access, so that it can be seen and replaced.
    """
    template = "Summary: {{ .CommonAnnotations.summary }}"
    (read,) = annotations_read(template)

    assert ".CommonAnnotations.summary" == template[read.start : read.end]
