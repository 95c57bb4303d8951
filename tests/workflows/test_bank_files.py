"""What a bank sends is read whatever its version; what does not add up or cannot be trusted is refused by its place."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.fixtures.bank import IBAN, Move, entry, notification, statement, status
from workflows.association.bank.collection_files import Creditor, Debit, sepa_text, write
from workflows.association.bank.files import BankFileRefused, read
from workflows.association.bank.reports import report
from workflows.association.bank.statements import statements

PARIS, NOW = ZoneInfo("Europe/Paris"), datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
CREDITOR = Creditor("Amicale des diplômés", "FR76 3000 6000 0112 3456 7890 189", "FR72ZZZ123456")
CENTS = st.decimals(min_value="0.01", max_value=9999, places=2)


@pytest.mark.parametrize("version", ["02", "04", "08", "13"])
def test_a_statement_is_read_in_every_version(version: str) -> None:
    data = statement(entry([Move("160.00", text="CMD-2026-000001")]), closing="1160.00", version=version)
    [found] = statements(read(data, "a.xml"))
    assert (found.iban, found.opening, found.closing) == (IBAN, 1000, 1160)
    [line] = found.entries
    assert (line.amount, line.value_date, line.is_booked) == (160, date(2026, 11, 27), True)
    assert line.transactions[0].remittance == "CMD-2026-000001"


PLAIN = statement(entry([Move("160.00", text="Réf CMD-2026-000001", reference="R1")])).decode()
_PARTY = "<Dbtr><Pty><Nm>DELAUNAY AMBRE</Nm></Pty></Dbtr>"


def as_written(*changes: tuple[str, str], encoding: str = "utf-8") -> bytes:
    """The same statement as another bank writes it."""
    text = PLAIN
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode(encoding)


@pytest.mark.parametrize(
    "data",
    [
        as_written(encoding="utf-8-sig"),
        b"\xef\xbb\xbf\r\n" + as_written(),
        as_written(("UTF-8", "windows-1252"), encoding="cp1252"),
        as_written(("UTF-8", "ISO-8859-1"), encoding="latin-1"),
        as_written(("UTF-8", "UTF-16"), encoding="utf-16"),
        as_written(("xmlns=", "xmlns:n="), ("<Document", "<n:Document"), ("</Document", "</n:Document"),
                   ("<", "<n:"), ("<n:?", "<?"), ("<n:/n:", "</n:"), ("<n:/", "</n:"), ("<n:n:", "<n:")),
        as_written(("<Dt>2026-11-27</Dt>", "<Dt>2026-11-27+01:00</Dt>")),
        as_written(("<Dt>2026-11-27</Dt>", "<DtTm>2026-11-27T23:59:59.000Z</DtTm>")),
        as_written(("<Sts><Cd>BOOK</Cd></Sts>", "<Sts>BOOK</Sts>"), (_PARTY, _PARTY.replace("Pty>", "X>"))),
        as_written(("<Refs><AcctSvcrRef>R1</AcctSvcrRef><EndToEndId>NOTPROVIDED</EndToEndId></Refs>",
                    "<Refs><TxId>R1</TxId></Refs>")),
        as_written(("</CdtDbtInd><Sts>", "</CdtDbtInd><RvslInd>true</RvslInd><Sts>")),
        as_written(("<TxDtls>", '<TxDtls><Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">0</TtlChrgsAndTaxAmt></Chrgs>')),
        as_written(('<Amt Ccy="EUR">160.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><RltdPties>',
                    '<AmtDtls><InstdAmt><Amt Ccy="USD">171.20</Amt></InstdAmt>'
                    '<TxAmt><Amt Ccy="EUR">160.00</Amt></TxAmt></AmtDtls><RltdPties>')),
    ],
    ids=["BOM", "BOM and lines", "Windows", "Latin-1", "UTF-16", "prefix", "day with a zone", "moments", "version 02",
         "no end-to-end id", "reversal", "charges", "paid in dollars"],
)  # fmt: skip
def test_one_statement_is_one_statement_however_a_bank_writes_it(data: bytes) -> None:
    [found] = statements(read(data, "a.xml"))
    [line] = found.entries
    [move] = line.transactions
    assert (line.amount, line.booked_on, line.is_booked) == (160, date(2026, 11, 27), True)
    assert (move.amount, move.end_to_end_id, move.bank_reference, move.remittance) == (
        160, "", "R1", "Réf CMD-2026-000001"
    )  # fmt: skip


def test_several_statements_of_a_file_are_all_read_and_the_wrong_one_is_named() -> None:
    def days(second: str) -> bytes:
        one, two = (statement(entry([Move("1.00")]), id_=id_).decode() for id_ in ("STM-1", "STM-2"))
        more = two[two.index("<Stmt>") : two.index("</BkTo")].replace("1.00", second)
        return one.replace("</Stmt>", f"</Stmt>{more}").encode()

    assert [each.id for each in statements(read(days("2.00"), "a.xml"))] == ["STM-1", "STM-2"]
    with pytest.raises(BankFileRefused, match="STM-2, Ntry 1"):
        statements(read(days("deux"), "a.xml"))


def test_a_return_tells_its_reason_and_a_batch_its_payments() -> None:
    back = entry([Move("-260.00", end_to_end="DD-2026-000001", reason="MD06")])
    batch = entry([Move("10.00", end_to_end="A"), Move("20.00", end_to_end="B")], batch="COL-1")
    [found] = statements(read(notification(back, batch), "n.xml"))
    assert [(each.amount, each.reason) for each in found.entries[0].transactions] == [(-260, "MD06")]
    inside = found.entries[1].transactions
    assert [(each.end_to_end_id, each.batch_id) for each in inside] == [("A", "COL-1"), ("B", "COL-1")]


def test_a_line_whose_transactions_do_not_make_its_amount_stays_whole() -> None:
    charged = entry([Move("10.00", end_to_end="A"), Move("20.00", end_to_end="B")], batch="COL-1", amount="29.50")
    [found] = statements(read(statement(charged), "s.xml"))
    [whole] = found.entries[0].transactions
    assert (whole.amount, whole.end_to_end_id, whole.batch_id) == (Decimal("29.50"), "", "COL-1")


BAD = statement(entry([Move("1.00")])).decode()
HOSTILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("data", "code", "names"),
    [
        (b"", "bank_file_refused", "s.xml"),
        (b"\x89PNG", "bank_file_refused", "s.xml"),
        (BAD[:-30].replace("<Ntry>", "\n<Ntry>").encode(), "bank_file_damaged", "line 2"),
        (BAD.replace("DELAUNAY", "DÉLAUNAY").encode("cp1252"), "bank_file_damaged", "line 1"),
        (b"<Document/>", "bank_file_refused", "s.xml"),
        (BAD.replace("?>", f"?>{HOSTILE}", 1).encode(), "bank_file_refused", "s.xml"),
        (BAD.replace("camt.053", "camt.052").encode(), "bank_message_unexpected", "camt.052"),
        (BAD.replace(">1.00<", ">NaN<").encode(), "bank_element_unreadable", "STM-1, Ntry 1"),
        (BAD.replace(">1.00<", ">1E+99<").encode(), "bank_element_unreadable", "Amt"),
        (BAD.replace("CRDT", "UP").encode(), "bank_element_unreadable", "CdtDbtInd"),
        (BAD.replace("2026-11-27", "27.11.2026").encode(), "bank_element_unreadable", "BookgDt/Dt"),
        (BAD.replace(IBAN, "").encode(), "bank_element_unreadable", "IBAN"),
        (statement(entry([Move("1.00")]), closing="1002.00"), "statement_does_not_add_up", "1001.00"),
    ],
)
def test_what_is_no_statement_is_refused_by_its_place(data: bytes, code: str, names: str) -> None:
    with pytest.raises(BankFileRefused) as refused:
        statements(read(data, "s.xml"))
    assert refused.value.code == code
    assert names in str(refused.value)


def test_a_report_tells_what_was_rejected() -> None:
    found = report(read(status("COL-1", ("DD-1", "AC04"), batch="COL-1-1"), "r.xml"))
    assert [(each.batch_id, each.end_to_end_id, each.reason) for each in found.rejections] == [
        ("COL-1-1", "DD-1", "AC04")
    ]
    assert [each.reason for each in report(read(status("COL-1", group="FF01"), "r.xml")).rejections] == ["FF01"]
    refused = b"<PmtInfSts>RJCT</PmtInfSts><StsRsnInf><Rsn><Prtry>X1</Prtry></Rsn></StsRsnInf>"
    partly = status("COL-1", batch="COL-1-1").replace(b"</OrgnlPmtInfId>", b"</OrgnlPmtInfId>" + refused)
    [batch] = report(read(partly, "r.xml")).rejections
    assert (batch.batch_id, batch.end_to_end_id, batch.reason) == ("COL-1-1", "", "X1"), (
        "a whole batch, by its own word"
    )
    assert report(read(status("COL-1", batch="COL-1-1"), "r.xml")).rejections == [], "all of it was taken"
    with pytest.raises(BankFileRefused):
        report(read(statement(), "s.xml"))


def debit(number: int, amount: Decimal, *, due_on: date = date(2026, 12, 14), sequence: str = "OOFF") -> Debit:
    return Debit(
        f"DD-2026-{number:06}", amount, due_on, sequence, "Ægir Þórsdóttir & fils", IBAN, None, f"MDT-2026-{number:06}",
        date(2026, 11, 23), "Cotisation – CMD-2026-000001",
    )  # fmt: skip


@given(st.lists(CENTS, min_size=1, max_size=5))
def test_the_sums_of_a_collection_file_are_those_of_its_debits(amounts: list[Decimal]) -> None:
    made = write(CREDITOR, [debit(*each) for each in enumerate(amounts)], message_id="COL-1", now=NOW, zone=PARIS)
    root = etree.fromstring(made.body)
    assert {Decimal(each.text or "") for each in root.iterfind(".//{*}CtrlSum")} == {sum(amounts)}
    assert {each.text for each in root.iterfind(".//{*}NbOfTxs")} == {str(len(amounts))}
    assert sorted(Decimal(each.text or "") for each in root.iterfind(".//{*}InstdAmt")) == sorted(amounts)


def test_a_collection_file_is_the_same_each_time_and_has_a_batch_a_day_and_sequence() -> None:
    later = debit(2, Decimal(20), due_on=date(2026, 12, 15))
    debits = [later, debit(1, Decimal(10)), debit(3, Decimal(30), sequence="RCUR")]
    made = write(CREDITOR, debits, message_id="COL-2026-00001", now=NOW, zone=PARIS)
    assert made == write(CREDITOR, debits[::-1], message_id="COL-2026-00001", now=NOW, zone=PARIS)
    assert made.batches["DD-2026-000001"] == "COL-2026-00001-1"
    assert len(set(made.batches.values())) == 3
    text = made.body.decode()
    assert "<CreDtTm>2026-11-30T10:00:00</CreDtTm>" in text
    assert "<Nm>AEgir Thorsdottir fils</Nm>" in text


def test_what_no_bank_takes_is_not_written() -> None:
    with pytest.raises(ValueError, match="at least one debit"):
        write(CREDITOR, [], message_id="COL-1", now=NOW, zone=PARIS)
    with pytest.raises(ValueError, match="no amount"):
        write(CREDITOR, [debit(1, Decimal("0.001"))], message_id="COL-1", now=NOW, zone=PARIS)
    with pytest.raises(ValueError, match="IBAN"):
        write(Creditor("A", "nonsense", "x"), [debit(1, Decimal(1))], message_id="COL-1", now=NOW, zone=PARIS)


@given(st.text(max_size=200))
def test_texts_for_the_bank_are_in_its_character_set(written: str) -> None:
    text = sepa_text(written, 70)
    assert len(text) <= 70
    assert text.isascii() and not set(text) & set('&<>"_@*\n')
