-- A trade: two wallets changed in one transaction, with a line for each in Nakama's ledger.
local nk = require("nakama")

local function changes(trade)
  return { user_id = trade.s, changeset = { goods = -trade.q, coin = trade.p }, metadata = {} },
         { user_id = trade.b, changeset = { goods = trade.q, coin = -trade.p }, metadata = {} }
end

nk.register_rpc(function(_, payload)
  local seller, buyer = changes(nk.json_decode(payload))
  nk.wallets_update({ seller, buyer }, true)
  return '{"ok":true}'
end, "peer_trade")

nk.register_rpc(function(_, payload)
  local updates = {}
  for _, trade in ipairs(nk.json_decode(payload)) do
    local seller, buyer = changes(trade)
    updates[#updates + 1] = seller
    updates[#updates + 1] = buyer
  end
  nk.wallets_update(updates, true)
  return '{"ok":true}'
end, "peer_batch")
