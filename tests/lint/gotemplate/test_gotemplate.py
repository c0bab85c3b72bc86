"""The template parser against Go's own verdicts, and what a template reads."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from obsaudit.lint import gotemplate
from obsaudit.lint.gotemplate import QueryRead, Template, TemplateProblem

# Verdicts of Go 1.26's text/template with Prometheus' functions and data.
REFUSED = (
    "{{ $labels.foo-bar }}",
    "{{ $label.x }}",
    "{{ /* c */ }}",
    "{{/* c */ }}",
    '{{ reReplaceAll "\\d" "" "x" }}',
    "{{ if 1 }}",
    "{{end}}",
    "{{ 1 | 2 }}",
    "{{",
    "{{ (1 }}",
    "{{ 1) }}",
    "{{}}",
    "{{ $labels.instance' }}",
    "{{ $value * 100 }}",
    "{{ $value*100 }}",
    "{{ continue }}",
    "{{-$labels.x}}",
    "{{$labels.x-}}",
    "{{else}}",
    "{{ if }}{{ end }}",
    "{{ range $a, $b, $c := $labels }}{{ end }}",
    "{{ $a, $b := 1 }}",
    "{{ 'ab' }}",
    '{{ "a\nb" }}',
    "{{ $labels . x }}",
    '{{ define "x" }}{{ $labels.a }}{{ end }}',
    '{{ if true }}{{ define "x" }}{{ end }}{{ end }}',
    "{{if $labels.x}}{{$z := 1}}{{end}}{{$z}}",
    "{{break}}",
)
FAILING = (
    "{{value}}",
    "{{ if gt $value 80 }}x{{end}}",
    '{{ printf "%d" $value }}',
    "{{ $labels.a.b }}",
    "{{ .labels.x }}",
    "{{ $labels.x humanize }}",
    '{{ query "up" | value }}',
    '{{ define "a" }}{{ .Labels.z }}{{ end }}{{ template "a" . }}{{ template "b" }}',
    "{{ range $k, $v := $labels }}{{ $k }}{{ $v.x }}{{ end }}",
    "{{ eq .Value 5 }}",
    "{{ toUpper $value }}",
    "{{ .Value.x }}",
    "{{ nil }}",
    "{{ humanize }}",
    '{{ printf "%s %s" $labels.x }}',
    '{{ "a" "b" }}',
    "{{ $labels.x $labels.x }}",
    '{{ template "a" }}',
    "{{ .Labels.x.y }}",
    "{{ and }}",
)
GOOD = (
    "a {{ $labels.x }} b",
    "{{ if .Value }}a{{ else if $value }}b{{ else }}c{{end}}",
    '{{ range $i, $e := query "up" }}{{ $i }}{{break}}{{end}}',
    '{{ (first (query "up")).Value | printf "%.2f" }}',
    "{{- /* c */ -}}x",
    "{{/* c */}}",
    '{{ reReplaceAll `\\d+` "" $labels.instance }}',
    "{{ $labels.x | }}",
    "{{ with $labels.cluster -}} on {{ . }}{{ end }}",
    "{{ with $x := $value }}{{ $x }}{{ else with .Labels }}{{ .x }}{{ end }}",
    '{{ range query "up" }}{{ .Labels.x }}{{ .Value }}{{end}}',
    '{{ printf `a{b="%s"}` $labels.instance | query | first | value }}',
    "{{ $v := humanize $value }}{{ $v }}",
    "{{ if gt $value 80.0 }}x{{end}}",
    "{{ $labels }}",
    '{{ index $labels "a.b/c" }}',
    '{{ $value | printf "%.1f%%" }}',
    '{{ "43200" | humanizeDuration }}',
    '{{ block "q" $labels }}{{ .x }}{{ end }}',
    '{{ and $labels.x (eq $labels.x "1") }}',
    '{{ not (match "a.*" $labels.x) }}',
    "{{ len $labels }}",
    "{{ $x := 'a' }}{{ $x = 0x1F }}{{ $x }}",
    '{{ ne $labels.x "b" | printf "%t" }}',
    "{{ $.Labels.x }}",
    "{{ true }}",
    "{{ $labels.x\n | title }}",
    "{{ externalURL }}/{{ pathPrefix }}",
    "{{ 1_000 }} {{ 1e3 }} {{ -5 }} {{ .5 }}",
    "{{ $labels.x -}}",
    "{{ urlquery $labels.x }}",
    '{{ println 1 "a" }}',
    '{{ if eq $labels.x "1" "2" }}{{ else }}{{ end }}',
    "{{ range 3 }}{{ . }}{{ end }}",
    '{{ printf "%v" . }}',
    "{{ $value:=1 }}",
    "{{ $externalLabels.x }}{{ $externalURL }}",
    '{{ first (query "x") | label "a" }}',
    '{{ sortByLabel "a" (query "x") | first | strvalue }}',
    "{{ args 1 2 }}",
    "{{ if and .Value (not $labels.y) }}{{ end }}",
    "}} {{ $value }}",
    '{{ (index (query "u") 0).Labels.a }}',
    '{{ "\\x41\\u00e9\\101" }}',
    "{{ `a\nb` }}",
    "{{ ( $labels ).x }}",
    "{{ $value | humanize | title | len }}",
    '{{ or $labels.y "none" }}',
    "{{ with 1 }}{{ $ }}{{ end }}",
    '{{ range $i := query "x" }}{{ $i.Value }}{{ end }}',
    "{{ $labels.x|title}}",
)


def template(text):
    """The template that a text is."""
    parsed = gotemplate.parse(text)
    assert isinstance(parsed, Template), parsed
    return parsed


def problem(text):
    """What the parser refuses a text for, and the part it blames."""
    parsed = gotemplate.parse(text)
    assert isinstance(parsed, TemplateProblem)
    return parsed.message, text[parsed.start : parsed.end]


def read(text):
    """The labels that a text reads, each with the part that reads it."""
    return [(label.name, text[label.start : label.end]) for label in template(text).labels_read()]


@pytest.mark.parametrize("text", REFUSED)
def test_what_go_cannot_parse_is_a_problem(text):
    """
    A text that Go refuses to parse is refused, with a place inside the text.
    """
    parsed = gotemplate.parse(text)

    assert isinstance(parsed, TemplateProblem)
    assert parsed.doubt is None
    assert 0 <= parsed.start <= parsed.end <= len(text)


@pytest.mark.parametrize("text", FAILING)
def test_what_go_cannot_execute_has_problems(text):
    """
    A text that Go parses and then fails on, or prints garbage for, is a template with problems.
    """
    assert template(text).problems()


@pytest.mark.parametrize("text", GOOD)
def test_what_go_executes_is_good(text):
    """
    A text that Go executes has no problem.
    """
    assert () == template(text).problems()


@pytest.mark.parametrize(
    ("text", "message", "blamed"),
    [
        ("{{ $labels.foo-bar }}", "`-` cannot stand after `.foo`", "-"),
        ("{{ $label.x }}", "variable `$label` is not defined", "$label"),
        ("a {{ $value | humanizePercent }}", "function `humanizePercent` is not defined", "humanizePercent"),
        ("{{ if $labels.x }}", "`if` is never ended", "{{"),
        ("x {{ end }}", "`end` belongs to no block", "{{ end"),
        ('{{ reReplaceAll "\\d" "" $labels.x }}', "`\\d` is no escape that Go knows", "\\d"),
        ("{{ $value * 100 }}", "unexpected `*`", "*"),
        ('{{ "abc }}', "quoted string is never closed", '"abc }}'),
        ("{{ $labels.x", "action is never closed", "{{ $labels.x"),
        ("{{ ($value }}", "`(` has no counterpart", "("),
        ("{{ if true }}{{ break }}{{ end }}", "`break` stands outside `range`", "{{"),
    ],
)
def test_a_problem_names_the_culprit(text, message, blamed):
    """
    The message says what is wrong, and the offsets cover exactly that.
    """
    assert (message, blamed) == problem(text)


def test_a_near_name_is_suggested():
    """
    A mistyped variable or function is answered with the one that was meant.
    """
    helps = [gotemplate.parse(text).help for text in ("{{ $lables.x }}", "{{ humanise 1 }}", "{{ labels.x }}")]

    assert ["did you mean `$labels`?", "did you mean `humanize`?", "write `$labels`"] == helps


def test_what_only_vmalert_knows_is_in_doubt():
    """
    A name of VictoriaMetrics' vmalert is refused with the doubt that it may be meant for it.
    """
    doubts = [gotemplate.parse(text).doubt for text in ("{{ $expr }}", "{{ $value | jsonEscape }}")]

    assert ["dialect", "dialect"] == doubts
    assert ["dialect"] == [found.doubt for found in template("{{ .AlertID }}").problems()]


def test_own_functions_are_known_on_request():
    """
    A function named by the caller parses, and nothing is said of what it takes.
    """
    parsed = gotemplate.parse("{{ shout $labels.x 1 2 }}", frozenset(["shout"]))

    assert isinstance(parsed, Template)
    assert () == parsed.problems()


def test_labels_are_read_through_every_spelling():
    """
    Variables, fields, `index`, aliases and a moved dot all lead to the label.
    """
    assert [("a", "$labels.a"), ("b", ".Labels.b"), ("c", "$.Labels.c")] == read(
        "{{ $labels.a }}{{ .Labels.b }}{{ $.Labels.c }}"
    )
    assert [("a.b/c", 'index $labels "a.b/c"')] == read('{{ index $labels "a.b/c" }}')
    assert [("a", "$l.a")] == read("{{ $l := .Labels }}{{ $l.a }}")
    assert [("a", ".a")] == read("{{ with $labels }}{{ .a }}{{ end }}")
    assert [("a", ".Labels.a")] == read('{{ define "t" }}{{ .Labels.a }}{{ end }}{{ template "t" . }}')


def test_labels_are_read_inside_blocks():
    """
    The bodies of `if`, `else`, `range` and `with` are read, the condition of `if` too.
    """
    text = '{{ if $labels.a }}{{ $labels.b }}{{ else }}{{ range query "x" }}{{ $labels.c }}{{ end }}{{ end }}'

    assert ["a", "b", "c"] == [name for name, _ in read(text)]


def test_labels_of_a_query_are_not_the_alerts():
    """
    Inside `range query` the dot is a sample, and its labels say nothing about the alert.
    """
    assert [] == read('{{ range query "up" }}{{ .Labels.job }}{{ end }}')
    assert [] == read('{{ (query "up" | first).Labels.job }}')


def test_a_label_that_was_asked_for_is_guarded():
    """
    What stands in the condition of a block, or in the block that it opens, is guarded; the rest is not.
    """
    text = "{{ $labels.a }}{{ if $labels.a }}{{ $labels.a }}{{ $labels.b }}{{ end }}{{ $labels.a }}"

    assert [False, True, True, False, False] == [label.guarded for label in template(text).labels_read()]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("{{ $value }}", ["$value"]),
        ('{{ printf "%.2f" .Value | title }}', [".Value"]),
        ("{{ $v := humanize $value }}{{ $v }}", ["$v"]),
        ("{{ with $value }}{{ . }}{{ end }}", ["."]),
        ("{{ . }}", ["."]),
        ("{{ if gt $value 5.0 }}high{{ else }}low{{ end }}", []),
        ("{{ gt $value 5.0 }}", []),
        ("{{ $value := 1 }}{{ $value }}", []),
        ('{{ range query "x" }}{{ .Value }}{{ end }}', []),
    ],
)
def test_the_value_is_followed_to_where_it_is_printed(text, printed):
    """
    A value that is printed, under whatever name, is told; one that only decides is not.
    """
    assert printed == [text[place.start : place.end] for place in template(text).reads_value()]


def test_queries_are_found():
    """
    A constant query is found verbatim; one that `printf` fills, with placeholders.
    """
    text = '{{ query "up == 0" }}{{ printf `sum(x{job=%q})` $labels.job | query | first | value }}'

    assert (
        QueryRead("up == 0", 10, 17, verbatim=True),
        QueryRead('sum(x{job="x"})', 32, 46, verbatim=False),
    ) == template(text).queries()


def test_an_escaped_query_is_not_verbatim():
    """
    A query spelt with escapes is told as Prometheus runs it, and its places do not fit the text.
    """
    (query,) = template(r'{{ range query "up{job=\"a\"}" }}{{ end }}').queries()

    assert ('up{job="a"}', False) == (query.value, query.verbatim)


def test_only_functions_take_what_is_piped():
    """
    A value behind a pipe, or with an argument, is told with the place of the whole command.
    """
    texts = ('{{ "a" | $labels.x }}', "{{ $labels.x humanize }}")

    assert ["$labels.x", "$labels.x humanize"] == [
        text[found.start : found.end] for text in texts for found in template(text).problems()
    ]


def test_a_variable_assigned_anew_can_be_anything():
    """
    What a branch assigns is not known after it, so nothing is said of it.
    """
    assert () == template('{{ $x := "a" }}{{ if true }}{{ $x = $value }}{{ end }}{{ gt $x 5.0 }}').problems()


DOUBLING = '{{ define "N" }}{{ template "M" . }}{{ template "M" . }}{{ end }}'
BOMBS = (
    "{{" + "(" * 50_000 + "}}",
    "{{ if 1 }}" * 20_000,
    "{{ if 1 }}" + "{{ else if 1 }}" * 5_000 + "{{ end }}",
    "{{ $labels" + ".a" * 20_000 + "}}",
    "{{ 1" + "|print" * 20_000 + "}}",
    "".join(f"{{{{ $x{number} := 1 }}}}" for number in range(5_000)),
    "".join(DOUBLING.replace("N", str(n)).replace("M", str(n + 1)) for n in range(999)) + '{{ template "0" . }}',
    '{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}',
    "{{" + " " * 100_000 + "}}",
    "{{ 1 }}" + "x" * (1 << 20),
)


@pytest.mark.parametrize("bomb", BOMBS, ids=range(len(BOMBS)))
def test_bombs_end(bomb):
    """
    However deep, long or self-referring a text is, there is an answer.
    """
    assert isinstance(gotemplate.parse(bomb), Template | TemplateProblem)


def test_too_deep_is_in_doubt():
    """
    What is only too deep for this parser is not called wrong.
    """
    assert "size" == gotemplate.parse("{{ if 1 }}" * 200 + "{{ end }}" * 200).doubt


WORDS = """{{ }} {{- -}} $labels .x $value | ( ) if end range with else humanize printf "%d" ` ' 5 5.0 := = , /* */ é
    query define template "x" index"""
PARTS = st.sampled_from([*WORDS.split(), " ", "\n"])


@settings(max_examples=500, deadline=None)
@given(st.lists(PARTS, max_size=40))
def test_never_raises_and_stays_inside_the_text(parts):
    """
    Any text has an answer, whose places lie inside the text.
    """
    text = "".join(parts)
    parsed = gotemplate.parse(text)
    places = [parsed]
    if isinstance(parsed, Template):
        places = [*parsed.labels_read(), *parsed.reads_value(), *parsed.queries(), *parsed.problems()]

    assert all(0 <= place.start <= place.end <= len(text) for place in places)
