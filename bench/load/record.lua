-- Sends transactions with unique keys: record.lua [routes [per request]], by default one per request over 1,000 routes.
local thread_count = 0

function setup(thread)
  thread:set("thread_id", thread_count)
  thread_count = thread_count + 1
end

function init(args)
  routes = tonumber(args[1] or "1000")
  each = tonumber(args[2] or "1")
  math.randomseed(os.time() + thread_id)
  prefix = string.format("%08x-%04x-7000-8000-", math.random(0, 0x7fffffff), thread_id)
  count = 0
end

local function next_transaction()
  count = count + 1
  return string.format("AR%d", count % routes + 1), prefix .. string.format("%012x", count)
end

function request()
  if each == 1 then
    local route, key = next_transaction()
    return wrk.format("POST", "/api/v1/routes/" .. route .. "/transactions", { ["Idempotency-Key"] = key })
  end

  local items = {}
  for i = 1, each do
    items[i] = string.format('{"route":"%s","key":"%s"}', next_transaction())
  end
  return wrk.format("POST", "/api/v1/transactions", { ["Content-Type"] = "application/json" }, "[" .. table.concat(items, ",") .. "]")
end
