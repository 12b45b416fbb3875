-- Works with: 1
-- Time comes from one clock, keys that have left the window are unknown though they are still stored, what is acknowledged is durable
-- whatever a database or user has been set to meanwhile, and no total passes what JSON numbers hold.

-- Not checked for the rows that are there, which would take a lock for long; totals of before are far below.
ALTER TABLE airside.route ADD CONSTRAINT route_total_max CHECK (total <= 9007199254740991) NOT VALID;

ALTER TABLE airside.ledger_state ADD COLUMN key_day_began_at timestamptz;
COMMENT ON COLUMN airside.ledger_state.key_day_began_at IS
    'When the current day was begun, by the clock; null where an earlier version began it.';

CREATE FUNCTION airside.clock() RETURNS timestamptz
LANGUAGE sql VOLATILE
AS $$ SELECT date_trunc('milliseconds', clock_timestamp()) $$;
COMMENT ON FUNCTION airside.clock IS 'The one source of time of the ledger. Tests replace it.';

CREATE SEQUENCE airside.latest_clock MINVALUE 0 START 0;
COMMENT ON SEQUENCE airside.latest_clock IS
    'The latest time that batches of the current day saw on the clock, in seconds of the Unix epoch, a minute behind at most. It is a
    sequence because every batch looks at it: those are read and set without a lock.';

-- The day that new keys have to belong to now: the current one, or the next one that has to be begun.
--
-- A day is only a name, and never comes again: with a clock that is behind, the current one goes on. When the clock has stepped back the
-- current day ends at once, so that keys whose time lies ahead count as recorded by its end. A day that a clock far ahead has begun lasts
-- a day from then.
CREATE FUNCTION airside.due_key_day(state airside.ledger_state, present timestamptz) RETURNS date
LANGUAGE sql VOLATILE
AS $$
    SELECT CASE
        WHEN state.key_day < (present AT TIME ZONE 'UTC')::date THEN (present AT TIME ZONE 'UTC')::date
        WHEN NOT isfinite(state.key_day) THEN state.key_day
        WHEN to_timestamp(latest.last_value) > present + interval '5 minutes' THEN state.key_day + 1
        WHEN state.key_day > (present AT TIME ZONE 'UTC')::date + 1
            AND NOT coalesce(state.key_day_began_at BETWEEN present - interval '1 day' AND present + interval '5 minutes', false)
            THEN state.key_day + 1
        ELSE state.key_day
    END
    FROM airside.latest_clock latest
$$;

-- The last of the days whose keys have all left the window.
CREATE FUNCTION airside.forgotten_day(remembered_since timestamptz) RETURNS date
LANGUAGE sql STABLE
AS $$ SELECT coalesce(max(day), '-infinity') FROM airside.key_day WHERE ended_at < remembered_since $$;

CREATE FUNCTION airside.demand_written(written bigint, expected bigint) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    IF written <> expected THEN
        RAISE unique_violation USING MESSAGE = 'another process has recorded a key of the batch';
    END IF;
    RETURN true;
END
$$;

-- Records a batch in one step, as record_batch_1 does, with the time of the clock: day, hour and window are those of the moment at which
-- it holds the lock. A key that is stored and has left the window is written over, on condition that it still has.
CREATE FUNCTION airside.record_batch_2(batch_keys text[], batch_routes text[], key_window interval)
RETURNS TABLE (batch_position bigint, was_known boolean, known_route text, total_after bigint)
LANGUAGE plpgsql
SET enable_seqscan = off
SET jit = off
SET lock_timeout = '1200ms'
AS $$
DECLARE
    state airside.ledger_state;
    recorded timestamptz;
    remembered_since timestamptz;
    forgotten_day date;
BEGIN
    PERFORM set_config('synchronous_commit', 'on', true);
    PERFORM pg_advisory_xact_lock_shared(1634300531, 1);
    SELECT * INTO STRICT state FROM airside.ledger_state;
    IF NOT state.import_finished THEN
        RAISE EXCEPTION 'an import is under way' USING ERRCODE = 'AS001';
    END IF;
    recorded := airside.clock();
    remembered_since := recorded - key_window;
    IF state.key_day <> airside.due_key_day(state, recorded) THEN
        RAISE EXCEPTION 'the day % is not current yet', airside.due_key_day(state, recorded) USING ERRCODE = 'AS002';
    END IF;
    forgotten_day := airside.forgotten_day(remembered_since);
    PERFORM setval('airside.latest_clock', extract(epoch FROM recorded)::bigint)
    FROM airside.latest_clock WHERE to_timestamp(last_value) < recorded - interval '1 minute';

    RETURN QUERY
    WITH input AS MATERIALIZED (
        SELECT i.key, i.route, i.position
        FROM unnest(batch_keys, batch_routes) WITH ORDINALITY AS i (key, route, position)
    ), known AS MATERIALIZED (
        SELECT i.position, found.route, found.total
        FROM input i
        CROSS JOIN LATERAL (
            -- The day also spares the partitions that were made ahead and are empty.
            SELECT k.route, k.total FROM airside.transaction_key k
            WHERE k.key = i.key AND k.day > forgotten_day AND k.day <= state.key_day AND k.recorded_at >= remembered_since
            LIMIT 1
        ) found
    ), fresh AS MATERIALIZED (
        SELECT i.key, i.route, i.position,
            row_number() OVER (PARTITION BY i.route ORDER BY i.position) AS number,
            count(*) OVER (PARTITION BY i.route) AS numbers
        FROM input i
        WHERE i.position NOT IN (SELECT k.position FROM known k)
    ), totals AS (
        INSERT INTO airside.route AS r (route, total, first_at, last_at)
        SELECT f.route, f.numbers, recorded, recorded FROM fresh f WHERE f.number = 1 ORDER BY f.route
        ON CONFLICT (route) DO UPDATE SET
            total = r.total + excluded.total,
            first_at = least(r.first_at, excluded.first_at),
            last_at = greatest(r.last_at, excluded.last_at)
        RETURNING r.route, r.total
    ), counted AS MATERIALIZED (
        SELECT f.key, f.route, f.position, f.number, f.numbers, t.total - f.numbers + f.number AS total
        FROM fresh f JOIN totals t ON t.route = f.route
    ), hours AS (
        INSERT INTO airside.route_hour AS h (route, hour, transactions)
        SELECT c.route, date_trunc('hour', recorded, 'UTC'), c.numbers FROM counted c WHERE c.number = 1
        ON CONFLICT (route, hour) DO UPDATE SET transactions = h.transactions + excluded.transactions
    ), keys AS (
        INSERT INTO airside.transaction_key AS k (key, day, route, total, recorded_at)
        SELECT c.key, state.key_day, c.route, c.total, recorded FROM counted c ORDER BY c.key
        ON CONFLICT (key, day) DO UPDATE SET route = excluded.route, total = excluded.total, recorded_at = excluded.recorded_at
        WHERE k.recorded_at < remembered_since
        RETURNING 1
    ), written AS MATERIALIZED (
        SELECT airside.demand_written((SELECT count(*) FROM keys), (SELECT count(*) FROM counted)) AS whole
    )
    SELECT c.position, false, NULL::text, c.total FROM counted c, written w WHERE w.whole
    UNION ALL
    SELECT k.position, true, k.route, k.total FROM known k;
END
$$;
