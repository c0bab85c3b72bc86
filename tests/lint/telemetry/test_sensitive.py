"""Names that tell of secrets."""

import pytest

from obsaudit.lint.telemetry.sensitive import Sensitive, header, sensitive


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        (Sensitive("a password", certain=True), "password"),
        (Sensitive("a password", certain=True), "DB_PASSWORD"),
        (Sensitive("a token", certain=True), "accessToken"),
        (Sensitive("a key", certain=True), "X-Api-Key"),
        (Sensitive("card data", certain=True), "cardNumber"),
        (Sensitive("a credential", certain=False), "token"),
        (Sensitive("an e-mail address", certain=False), "userEmail"),
        (Sensitive("personal data", certain=False), "remote_ssn"),
        (None, "password_hash"),
        (None, "hasPassword"),
        (None, "payloadWithoutPassword"),
        (None, "max_tokens"),
        (None, "next_page_token"),
        (None, "token_count"),
        (None, "public_key"),
    ],
)
def test_a_name_tells_what_it_holds(expected, name):
    """One table for every spelling; what is said about a secret is none."""
    assert expected == sensitive(name)


def test_a_header_of_credentials_leaves_no_doubt():
    """`authorization` may be anything as a variable, and is one thing as a header."""
    assert [Sensitive("a credential", certain=True), None] == [header("Authorization"), header("X-Request-Id")]
