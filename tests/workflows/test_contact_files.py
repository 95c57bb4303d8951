"""vCards and LDIF as imports of people: names, numbers, folding, base64; passwords refused, pictures dropped."""

from __future__ import annotations

import base64
from datetime import date

import pytest

from workflows.association import import_lines
from workflows.association.import_sheets import SheetRefused
from workflows.association.import_vcards import cards

CARD = """BEGIN:VCARD\r
VERSION:3.0\r
N:Garc\u00eda,L\u00f3pez;Mar\u00eda;Jos\u00e9;;\r
FN:Mar\u00eda Jos\u00e9 Garc\u00eda L\u00f3pez\r
BDAY:19900304\r
EMAIL;TYPE=INTERNET,WORK:travail@example.org\r
EMAIL;TYPE=INTERNET,PREF:maria@exam\r
 ple.org\r
TEL;TYPE=FAX:+33145678900\r
TEL;TYPE=CELL:06 12 34 56 78\r
ADR;TYPE=HOME:;B\u00e2t. A;1\\, rue des \u00c9coles;Paris;;75005;France\r
ORG:Banque du Parc;Risques\r
PHOTO;ENCODING=b:AAAA\r
X-SKYPE:maria\r
END:VCARD\r
"""


def one(text: str | bytes) -> import_lines.Line:
    sheet = import_lines.read(text.encode() if isinstance(text, str) else text)
    assert sheet.rejected == ()
    [line] = sheet.lines
    return line


def test_a_card_with_two_surnames_and_several_numbers_is_a_line_of_people() -> None:
    sheet = import_lines.read(CARD.encode())
    [line] = sheet.lines
    assert (line.values["first_names"], line.values["birth_name"]) == ("Mar\u00eda Jos\u00e9", "Garc\u00eda L\u00f3pez")
    assert line.values["birth_date"] == date(1990, 3, 4) and line.values["employer"] == "Banque du Parc"
    assert (line.email, line.phone) == ("maria@example.org", "+33612345678"), "the preferred one, and no fax machine"
    assert line.more == (("email", "travail@example.org"), ("phone", "+33145678900"))
    assert line.address == {
        "lines": "B\u00e2t. A, 1, rue des \u00c9coles", "postcode": "75005", "city": "Paris", "country": "FR",
    }  # fmt: skip
    assert sheet.ignored == ("X-SKYPE",) and sheet.separator == "vCard", "a picture is dropped without a word"


def test_a_name_at_birth_and_what_older_programs_write() -> None:
    old = (
        "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Lef=E8vre;Zo=\n=E9\n"
        "X-MAIDENNAME:Martin\nEND:VCARD\n"
    )
    line = one(old)
    assert (line.values["birth_name"], line.values["usage_name"]) == ("Martin", "Lef\u00e8vre")
    assert line.values["first_names"] == "Zo\u00e9"
    assert one(CARD.replace("\u00c9coles", "Ecoles").encode("cp1252")).values["first_names"] == "Mar\u00eda Jos\u00e9"


def test_addresses_as_links_preferences_by_number_and_an_end_too_many() -> None:
    """RFC 6350 §5.3: the lower the number, the more preferred; §6.4.2: an address may be written as a link."""
    card = (
        "BEGIN:VCARD\nVERSION:4.0\nN:Roy;Max;;;\nEMAIL;PREF=20:second@example.org\nTEL;TYPE=cell:+33611111111\n"
        "EMAIL;VALUE=uri;PREF=3:mailto:first@example.org\nEND:VCARD\nEND:VCARD\n"
    )
    [(line, told)], _ignored = cards(card)
    assert line == 1 and ("email", "first@example.org") in told and ("+email", "second@example.org") in told


def test_a_card_that_is_none_is_told_with_its_line() -> None:
    sheet = import_lines.read(b"BEGIN:VCARD\nN:Martin;\nEND:VCARD\nBEGIN:VCARD\nN:Roy;Max\nBDAY:--0304\nEND:VCARD\n")
    assert [(each.line, each.code) for each in sheet.rejected] == [(1, "missing"), (4, "date")]
    with pytest.raises(SheetRefused, match="begins in line 1 has no end"):
        import_lines.read(b"BEGIN:VCARD\nN:Martin;A\n")


def ldif(*lines: str) -> bytes:
    head = ("version: 1", "", "dn: ou=people,o=amicale", "objectClass: organizationalUnit", "", "# Ambre")
    return "\n".join((*head, "dn: uid=a,ou=people", "objectClass: inetOrgPerson", *lines, "")).encode()


def test_an_old_directory_is_read_folded_and_in_base64() -> None:
    name = base64.b64encode("Delaunay-L\u00e9vy".encode()).decode()
    line = one(
        ldif(
            "givenName: Ambre", f"sn:: {name}", "mail: ambre@exam", " ple.org", "mail: deux@example.org",
            "mobile: +33 6 12 34 56 78", "jpegPhoto:: /9j/", "l: Lyon", "street: 2 rue du Parc", "c: FR",
        )
    )  # fmt: skip
    assert (line.values["first_names"], line.values["birth_name"]) == ("Ambre", "Delaunay-L\u00e9vy")
    assert (line.email, line.phone, line.more) == (
        "ambre@example.org", "+33612345678", (("email", "deux@example.org"),),
    )  # fmt: skip
    assert line.number == 7, "what is no person is passed over"


@pytest.mark.parametrize(
    "attribute",
    [
        "userPassword: {SSHA}x", "userPassword:: e1NTSEF9eA==", "sambaNTPassword: 0", "authPassword: x",
        "pwdHistory: x", "clearPassword: x", "krbPrincipalKey:: AAAA",
        "sambaPasswordHistory: 0", "userPKCS12:: AAAA", "unicodePwd: x",
    ],
)  # fmt: skip
def test_a_file_with_passwords_is_refused_as_a_whole(attribute: str) -> None:
    with pytest.raises(SheetRefused, match="password"):
        import_lines.read(ldif("givenName: Ambre", "sn: Delaunay", attribute))


@pytest.mark.parametrize(
    "attribute", ["changetype: delete", "sn:: ?", "photo:< file:///etc/passwd", "no attribute at all"]
)
def test_what_is_no_list_of_people_is_refused(attribute: str) -> None:
    with pytest.raises(SheetRefused):
        import_lines.read(ldif("givenName: Ambre", "sn: Delaunay", attribute))
