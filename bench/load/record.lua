-- One keyed transaction per request, each with a key of its own, over 1,000 routes.
local thread_count = 0

function setup(thread)
  thread:set("thread_id", thread_count)
  thread_count = thread_count + 1
end

function init(args)
  math.randomseed(os.time() + thread_id)
  prefix = string.format("%08x-%04x-7000-8000-", math.random(0, 0x7fffffff), thread_id)
  count = 0
end

function request()
  count = count + 1
  local path = string.format("/api/v1/routes/AR%d/transactions", count % 1000 + 1)
  return wrk.format("POST", path, { ["Idempotency-Key"] = prefix .. string.format("%012x", count) })
end
