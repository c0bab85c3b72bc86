"""Sends the summary of a report to a chat, in the form that incoming webhooks of Slack and its like take."""

from __future__ import annotations

from ..lint import Report, Severity, Skipped

_MOST = 5
_SECONDS = 10.0


def message(report: Report) -> str:
    """The summary and the gravest findings, in Slack's own Markdown."""
    from ..reports.wording import summary

    head = ", ".join(value for name, value in report.head if name == "server")
    lines = [f"*obsaudit{f' on {head}' if head else ''}*: {summary(report)}"]
    gravest = sorted(report.shown, key=lambda finding: -finding.severity.weight)[:_MOST]
    lines += [f"{_MARKS[one.severity]} {one.message} (`{one.rule}`)" for one in gravest]
    if len(report.shown) > _MOST:
        lines.append(f"and {len(report.shown) - _MOST} more")
    return "\n".join(lines)


_MARKS = {Severity.ERROR: ":red_circle:", Severity.WARNING: ":large_yellow_circle:", Severity.INFO: ":white_circle:"}


def send(url: str, report: Report) -> Skipped | None:
    """Sends the message; why it did not arrive, without the address, which is a secret."""
    import requests

    try:
        answer = requests.post(url, json={"text": message(report)}, timeout=_SECONDS, allow_redirects=False)
    except (requests.RequestException, ValueError) as error:
        return Skipped("webhook", f"the summary was not sent ({type(error).__name__})", fatal=True)
    if answer.status_code >= 300:
        return Skipped("webhook", f"the summary was refused ({answer.status_code} {answer.reason})", fatal=True)
    return None
