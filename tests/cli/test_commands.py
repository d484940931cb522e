"""The commands besides `serve`."""

from __future__ import annotations

import dataclasses
import datetime as dt
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from tests.cli.served import environment, run
from tests.trading.actors import ACTOR, enlist, trade
from tradepost import txn
from tradepost.audit import doctor
from tradepost.audit.doctor import Level, examine
from tradepost.audit.report import audit
from tradepost.engines import Engine, Promise
from tradepost.shop.models import Customer, Order, Product
from tradepost.trading.models import Entry, Player
from tradepost.txn.models import Receipt

pytestmark = pytest.mark.django_db
NO_SHOP = ("--products=0", "--customers=0", "--orders=0")


@pytest.mark.engine
def test_seed_creates_players_through_the_ledger() -> None:
    """More than one batch of players, each with an entry by the actor."""
    out = StringIO()

    call_command("seed", "--players=1001", *NO_SHOP, stdout=out)

    assert out.getvalue().startswith("1,001 players, 0 products, 0 customers and 0 orders created;")
    assert Player.objects.count() == 1001
    assert Entry.objects.filter(actor="seed", kind="created").count() == 1001
    assert audit().holds


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--players=-1",), "--players -1: none, or more"),
        (("--orders=-7",), "--orders -7: none, or more"),
        (("--orders=1", "--products=0"), "--orders: they need --products and --customers"),
        (("--orders=1", "--customers=0"), "--orders: they need --products and --customers"),
    ],
)
def test_seed_refuses_what_makes_no_sense(options: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("seed", *options)

    assert Player.objects.count() == Product.objects.count() == 0


@pytest.mark.engine
def test_seed_makes_a_shop_that_has_been_open_for_a_while() -> None:
    """Many prices, small stocks, orders by registered customers and guests, some cancelled."""
    out = StringIO()

    call_command("seed", "--players=0", stdout=out)

    assert (Product.objects.count(), Order.objects.count()) == (40, 180)
    assert out.getvalue() == (
        "0 players, 40 products, 60 customers and 180 orders created; "
        "20 orders found too little in stock.\n"
    )
    assert Product.objects.filter(stock__isnull=True).count() == 1
    assert Product.objects.filter(stock__lte=3).exists()
    assert Order.objects.filter(state="cancelled").exists()
    assert Customer.objects.filter(name="").exists()
    assert audit().holds


@pytest.mark.engine
def test_seed_can_run_again() -> None:
    """Existing customers are skipped; everything else is created again."""
    for _ in range(2):
        call_command(
            "seed", "--players=0", "--products=2", "--customers=3", "--orders=0", stdout=StringIO()
        )

    assert (Product.objects.count(), Customer.objects.count()) == (4, 3)


@pytest.mark.engine
def test_prune_deletes_old_receipts_alone() -> None:
    """A pruned key can be used again; a recent one still replays."""
    seller, buyer = enlist(), enlist()
    trade(seller, buyer, key="old")
    trade(seller, buyer, key="young")
    two_days_ago = timezone.now() - dt.timedelta(days=2)
    Receipt.objects.filter(key="old").update(created_at=two_days_ago)
    out = StringIO()

    call_command("prune", "--days", "1.5", stdout=out)

    assert out.getvalue() == "1 receipts deleted.\n"
    assert list(Receipt.objects.values_list("key", flat=True)) == ["young"]
    assert trade(seller, buyer, key="young").replayed
    assert not trade(seller, buyer, key="old").replayed


@pytest.mark.engine
def test_prune_walks_more_than_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """All old receipts, wherever they are in the table."""
    monkeypatch.setattr("tradepost.txn.receipts.PRUNE_PAGE", 3)
    seller, buyer = enlist(), enlist()
    for place in range(8):
        trade(seller, buyer, key=f"k{place}")
    old = timezone.now() - dt.timedelta(days=3)
    Receipt.objects.exclude(key="k5").update(created_at=old)

    assert txn.prune_receipts(older_than=dt.timedelta(days=1), now=timezone.now()) == 7
    assert Receipt.objects.get().key == "k5"


@pytest.mark.parametrize("days", ["0.9", "0", "-1", "nan", "1e300"])
def test_prune_keeps_a_day_at_the_least(days: str) -> None:
    """Nothing is deleted otherwise."""
    trade(enlist(), enlist(), key="k")

    with pytest.raises(CommandError, match="--days"):
        call_command("prune", f"--days={days}")

    assert txn.find_receipt(txn.Key(ACTOR, "k")) is not None


@pytest.mark.engine
@pytest.mark.django_db(transaction=True)
def test_the_doctor_asks_everything_and_finds_the_schema_well() -> None:
    """A test server only lacks durability."""
    found = {one.name: one for one in examine()}

    unwell = {name for name, one in found.items() if one.level is Level.BROKEN}
    assert {name for name in unwell if not name.startswith("durability")} == set()
    assert found["schema"].found == "up to date"
    assert found["balances are guarded"].found == "CHECK constraints are enforced"
    assert Player.objects.count() == 0


@pytest.mark.engine
@pytest.mark.django_db(transaction=True)
def test_the_doctor_tells_a_broken_promise_and_fails(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    promise = Promise(
        name="the moon", sql="SELECT 'cheese'", kept=frozenset({"rock"}), advice="land on it"
    )
    unwell = dataclasses.replace(engine, promises=(promise,))
    monkeypatch.setattr(doctor, "engine_of", lambda _: unwell)
    out = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("doctor", stdout=out)

    assert ended.value.code == 1
    told = [line.split() for line in out.getvalue().splitlines() if "moon" in line]
    assert told == [["broken", "the", "moon", "cheese"]]
    assert "-> land on it" in out.getvalue()


@pytest.mark.engine
@pytest.mark.django_db(transaction=True)
def test_the_doctor_tells_a_server_that_is_too_old(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    future = dataclasses.replace(engine, oldest_version=(99, 1))
    monkeypatch.setattr(doctor, "engine_of", lambda _: future)

    version = examine()[0]

    assert (version.name, version.level) == ("version", Level.BROKEN)
    assert version.advice.startswith("99.1 is the oldest that is supported")


@pytest.mark.engine
@pytest.mark.django_db(transaction=True)
def test_the_doctor_tells_an_unmigrated_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """One recorded migration is removed, and one from the future is added."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET name = '0009_x' WHERE app = 'txn'")
    try:
        found = {one.name: one for one in examine()}
    finally:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE django_migrations SET name = '0001_initial' WHERE app = 'txn'")

    assert found["schema"].level is Level.BROKEN
    assert found["schema"].found == "1 migrations are missing"


def test_without_a_command_the_usage_is_reported(tmp_path: Path) -> None:
    """Every command is listed on a line."""
    ended = run(env=environment(tmp_path), cwd=tmp_path)

    assert ended.returncode == 2
    for name in ("serve", "migrate", "seed", "audit", "doctor", "prune"):
        assert f"  {name} " in ended.stdout


def test_the_documents_manage_py_migrates(tmp_path: Path) -> None:
    """`python manage.py migrate`, from a checkout."""
    ended = run("migrate", env=environment(tmp_path), cwd=tmp_path)

    assert ended.returncode == 0
    assert "Applying trading.0001_initial... OK" in ended.stdout


def test_settings_come_from_an_env_file(tmp_path: Path) -> None:
    """The quickstart's names, in the folder of the call."""
    (tmp_path / ".env").write_text("TIDB_HOST=127.0.0.1\nTIDB_PORT=1\nTIDB_DB_NAME=shop\n")

    ended = run("audit", env=environment(tmp_path), cwd=tmp_path)

    assert ended.returncode == 1
    assert "(TiDB at 127.0.0.1:1, database shop)" in ended.stderr
