-- Works with: 1
-- A batch of an earlier program that began before migration 7 may have waited for a lock, and gone on without its checks. The lock of the
-- batches waits for the last of them. A program that gives the time itself may be a day behind.

SELECT airside.lock_ledger_state();
SELECT airside.refuse_earlier_names(airside.clock() - interval '1 day');

DROP FUNCTION airside.refuse_earlier_names;
