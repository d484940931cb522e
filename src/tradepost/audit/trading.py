"""What must hold over players and their ledger, as queries for a row that breaks it."""

from __future__ import annotations

from tradepost.audit.invariant import Invariant, outside, wide
from tradepost.engines import Engine
from tradepost.trading.models import BALANCE_MAX


def invariants(engine: Engine) -> tuple[Invariant, ...]:
    """Return the invariants, in the order in which a breach is best read."""
    return (_whole_numbers(engine), *_INVARIANTS)


def _whole_numbers(engine: Engine) -> Invariant:
    conditions = [outside(engine, column, 0, BALANCE_MAX) for column in ("coins", "goods")]
    return Invariant(
        name="balances are whole numbers",
        claim=f"Every balance is a whole number from 0 to {BALANCE_MAX}.",
        broken=f"SELECT id AS player, coins, goods FROM player WHERE {' OR '.join(conditions)}"
        " ORDER BY id",
    )


_INVARIANTS = (
    Invariant(
        name="entries have no gap",
        claim="Each player's entries are numbered from 1 without a gap.",
        broken="""
            SELECT player_id AS player, COUNT(*) AS entries, MIN(number) AS first_number,
                   MAX(number) AS last_number
            FROM entry GROUP BY player_id
            HAVING MIN(number) <> 1 OR MAX(number) <> COUNT(*)
            ORDER BY player_id""",
    ),
    Invariant(
        name="entries add up",
        claim="Each entry's balance is the one before plus its change.",
        broken=f"""
            SELECT player_id AS player, number, coins_before, coins, coins_after,
                   goods_before, goods, goods_after
            FROM (SELECT player_id, number, coins, coins_after, goods, goods_after,
                         COALESCE(LAG(coins_after) OVER w, 0) AS coins_before,
                         COALESCE(LAG(goods_after) OVER w, 0) AS goods_before
                  FROM entry WINDOW w AS (PARTITION BY player_id ORDER BY number)) AS chain
            WHERE coins_after <> coins_before + {wide("coins")}
               OR goods_after <> goods_before + {wide("goods")}
            ORDER BY player_id, number""",
    ),
    Invariant(
        name="ledger and players agree",
        claim="Each player's last entry is the stored balance.",
        broken="""
            SELECT player.id AS player, player.entry_count AS entries_counted,
                   COALESCE(last.number, 0) AS last_number,
                   player.coins, last.coins_after AS coins_in_ledger,
                   player.goods, last.goods_after AS goods_in_ledger
            FROM player
            LEFT JOIN (SELECT player_id, MAX(number) AS number FROM entry GROUP BY player_id)
                 AS newest ON newest.player_id = player.id
            LEFT JOIN entry AS last
                 ON last.player_id = player.id AND last.number = newest.number
            WHERE last.number IS NULL OR player.entry_count <> last.number
               OR player.coins <> last.coins_after OR player.goods <> last.goods_after
            ORDER BY player.id""",
    ),
    Invariant(
        name="life begins and ends in the ledger",
        claim="The first entry creates the player; the last of a deleted one leaves nothing.",
        broken="""
            SELECT entry.player_id AS player, entry.number, entry.kind, entry.coins_after,
                   entry.goods_after
            FROM entry
            JOIN (SELECT player_id, MAX(number) AS number FROM entry GROUP BY player_id)
                 AS newest ON newest.player_id = entry.player_id
            LEFT JOIN player ON player.id = entry.player_id
            WHERE (entry.number = 1 AND entry.kind <> 'created')
               OR (entry.number <> 1 AND entry.kind = 'created')
               OR (entry.kind = 'deleted' AND (entry.number <> newest.number
                   OR player.id IS NOT NULL OR entry.coins_after <> 0 OR entry.goods_after <> 0))
               OR (player.id IS NULL AND entry.number = newest.number AND entry.kind <> 'deleted')
            ORDER BY entry.player_id, entry.number""",
    ),
    Invariant(
        name="trades cancel out",
        claim="A trade is exactly two entries, the seller's and the buyer's, that cancel out.",
        broken=f"""
            SELECT one.player_id AS player, one.number, one.kind, one.coins, one.goods,
                   one.counterparty_id AS counterparty,
                   one.counterparty_number, other.kind AS other_kind,
                   other.coins AS other_coins, other.goods AS other_goods
            FROM entry AS one
            LEFT JOIN entry AS other
                 ON other.player_id = one.counterparty_id
                AND other.number = one.counterparty_number
            WHERE (one.kind IN ('sold', 'bought') AND (
                      other.number IS NULL
                      OR other.kind NOT IN ('sold', 'bought') OR other.kind = one.kind
                      OR other.counterparty_id IS NULL OR other.counterparty_number IS NULL
                      OR other.counterparty_id <> one.player_id
                      OR other.counterparty_number <> one.number
                      OR other.coins <> -{wide("one.coins")}
                      OR other.goods <> -{wide("one.goods")}
                      OR (one.kind = 'sold' AND (one.goods >= 0 OR one.coins < 0))))
               OR (one.kind NOT IN ('sold', 'bought') AND one.counterparty_id IS NOT NULL)
            ORDER BY one.player_id, one.number""",
    ),
)
