"""Graduates, members and their addresses as rows for bulk inserts. The same seed gives the same people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

from workflows.association.demo.name_lists import NameLists
from workflows.association.name_words import rows_of
from workflows.association.names import fold
from workflows.association.people import searchable

Row = dict[str, object]
PROGRAMMES = ("PGE", "PGE", "PGE", "PGE", "MS", "MSC", "MBA", "EMBA", "PHD")
FIRST_PROMOTION = 1962


@dataclass(slots=True)
class Batch:
    """Rows by table, in the order in which foreign keys want them."""

    person: list[Row] = field(default_factory=list)
    person_word: list[Row] = field(default_factory=list)
    person_email: list[Row] = field(default_factory=list)
    person_phone: list[Row] = field(default_factory=list)
    person_address: list[Row] = field(default_factory=list)
    diploma: list[Row] = field(default_factory=list)
    membership: list[Row] = field(default_factory=list)
    membership_period: list[Row] = field(default_factory=list)


def new_id(rng: Random) -> UUID:
    """An id from the seed."""
    return UUID(int=rng.getrandbits(128), version=4)


def graduates(rng: Random, lists: NameLists, count: int, members: int, today: date) -> Iterator[Batch]:
    """`count` graduates of the register, `members` of them members, in batches of 2,000 people."""
    joined = set(rng.sample(range(count), members))
    batch = Batch()
    for number in range(count):
        row = _person(rng, lists, number, today)
        promotion = _promotion(rng, today)
        row["birth_date"] = date(
            promotion - rng.choice((22, 23, 23, 24, 24, 25, 27)), rng.randint(1, 12), rng.randint(1, 28)
        )
        batch.person.append(row)
        batch.person_word += rows_of(row["id"], str(row["search_name"]))
        batch.diploma.append(_diploma(rng, row, promotion))
        _reach(rng, lists, batch, row, number in joined)
        if number in joined:
            _join(rng, batch, row, promotion, today)
        if len(batch.person) == 2_000:
            yield batch
            batch = Batch()
    yield batch


def _person(rng: Random, lists: NameLists, number: int, today: date) -> Row:
    french = lists.origins[0]
    origin = rng.choices(lists.origins, lists.weights)[0]
    woman = rng.random() < 0.48
    family = rng.choice(origin.families)
    usage = rng.choice(french.families) if woman and rng.random() < 0.18 else None
    first = rng.choice(origin.women if woman else origin.men)
    abroad = rng.random() < (0.12 if origin is french else 0.45)
    position, sector = rng.choice(lists.positions)
    works = rng.random() < 0.6
    return {
        "id": new_id(rng),
        "civility": "MME" if woman else "M",
        "first_names": first,
        "birth_name": family,
        "usage_name": usage if usage != family else None,
        "lang": "fr" if origin is french or rng.random() < 0.5 else "en",
        "employer": rng.choice(lists.employers) if works else None,
        "position": position if works else None,
        "sector": sector if works else None,
        "country": (origin.country if origin is not french else rng.choice(("GB", "US", "DE"))) if abroad else "FR",
        "situation": "EMPLOYED" if works else "OTHER",
        "deceased_on": today - timedelta(days=rng.randint(30, 6000)) if rng.random() < 0.015 else None,
        "watched": number % 4999 == 4998,
        "search_name": searchable(first, family, usage if usage != family else None),
        "import_id": None,
    }


def _promotion(rng: Random, today: date) -> int:
    """Recent classes are larger than old ones."""
    return today.year - int((1 - rng.random() ** 0.7) * (today.year - FIRST_PROMOTION))


def _diploma(rng: Random, person: Mapping[str, object], promotion: int) -> Row:
    return {
        "id": new_id(rng),
        "person_id": person["id"],
        "programme": rng.choice(PROGRAMMES),
        "promotion_year": promotion,
        "school_id": None,
        "verified": "REGISTRY",
    }


def _reach(rng: Random, lists: NameLists, batch: Batch, person: Row, is_member: bool) -> None:
    """Members and half of the others have an address; telephone numbers are of the range kept free for fiction."""
    if not (is_member or rng.random() < 0.5):
        return
    local = ".".join(fold(f"{person['first_names']} {person['usage_name'] or person['birth_name']}").split())
    address = f"{local}.{rng.getrandbits(28):07x}@courrier.example"
    batch.person_email.append(
        {
            "id": new_id(rng),
            "person_id": person["id"],
            "address": address,
            "folded": address,
            "rank": 0,
            "is_primary": True,
            "verified_at": datetime(2024, 1, 1, tzinfo=UTC) if is_member else None,
            "bounce_state": "HARD" if rng.random() < 0.01 else "NONE",
        }
    )
    if is_member:
        phone = f"+336399{rng.randint(80_000, 80_999):05}"
        batch.person_phone.append({"id": new_id(rng), "person_id": person["id"], "number": phone, "rank": 0})
        batch.person_address.append(_address(rng, lists, person))


def _address(rng: Random, lists: NameLists, person: Row) -> Row:
    country = str(person["country"])
    postcode, city = rng.choice(lists.cities.get(country, lists.cities["FR"]))
    return {
        "id": new_id(rng),
        "person_id": person["id"],
        "lines": f"{rng.randint(1, 140)} {rng.choice(lists.streets)}",
        "postcode": postcode,
        "city": city,
        "country": country if country in lists.cities else "FR",
    }


def _join(rng: Random, batch: Batch, person: Row, promotion: int, today: date) -> None:
    """A membership that ends within the coming year, or lately ended: in grace or lapsed."""
    end = today + timedelta(days=rng.randint(-45, 364))
    start = end - timedelta(days=364)
    age = (today - end).days
    entitlement = "CURRENT" if age <= 0 else "GRACE" if age <= 30 else "LAPSED"
    deceased = person["deceased_on"] is not None
    membership_id = new_id(rng)
    batch.membership.append(
        {
            "id": membership_id,
            "person_id": person["id"],
            "member_no": "",  # numbered when the batch is written, in one go for all
            "category": "GRADUATE",
            "statutory_status": "DECEASED" if deceased else "MEMBER",
            "service_entitlement": "ENDED" if deceased else entitlement,
            "join_date": min(start, date(min(max(promotion + rng.randint(0, 12), 1962), start.year), 9, 1)),
            "start_date": start,
            "end_date": end,
            "rejoin_count": 0,
            "auto_renew": False,
            "changed_at": datetime(start.year, start.month, start.day, tzinfo=UTC),
            "import_id": None,
        }
    )
    batch.membership_period.append(
        {
            "id": new_id(rng),
            "membership_id": membership_id,
            "order_id": None,
            "start_date": start,
            "end_date": end,
            "value_date": start,
            "tariff_code": "STD",
            "rule": "RENEWAL",
            "written_at": datetime(start.year, start.month, start.day, tzinfo=UTC),
            "reversed_at": None,
        }
    )
