-- Works with: 1
-- The ledger. Names of routes and keys are compared byte by byte (collation "C"), which is also the fastest.

CREATE TABLE airside.route (
    route text COLLATE "C" PRIMARY KEY,
    total bigint NOT NULL CHECK (total > 0),
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL
) WITH (fillfactor = 50);
COMMENT ON TABLE airside.route IS
    'Totals. No index holds a column that changes, and pages keep room, so that an update stays in its page (HOT).';

CREATE TABLE airside.route_hour (
    route text COLLATE "C",
    hour timestamptz,
    transactions bigint NOT NULL CHECK (transactions > 0),
    PRIMARY KEY (route, hour)
) WITH (fillfactor = 50);

CREATE TABLE airside.transaction_key (
    key text COLLATE "C",
    day date,
    route text COLLATE "C" NOT NULL,
    total bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (key, day)
) PARTITION BY LIST (day);
COMMENT ON TABLE airside.transaction_key IS
    'Keys with what their repeats are answered. The day is that of ledger_state when the key was recorded, not that of a clock.';

-- One row: which day new keys belong to, and whether an import is under way. A day has ended when the next one is current.
CREATE TABLE airside.ledger_state (
    id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    key_day date NOT NULL,
    import_id text,
    import_batches bigint NOT NULL DEFAULT 0,
    import_finished boolean NOT NULL DEFAULT true
);

INSERT INTO airside.ledger_state (key_day) VALUES ('-infinity');

CREATE TABLE airside.key_day (
    day date PRIMARY KEY,
    ended_at timestamptz
);
COMMENT ON COLUMN airside.key_day.ended_at IS
    'When the last key of the day can have been recorded; null while the day is current or to come.';

-- Advisory lock 1 of the class 'airside' (0x61697273): shared by every batch, alone for whoever changes ledger_state.
CREATE FUNCTION airside.lock_ledger_state() RETURNS void
LANGUAGE sql
SET lock_timeout = '1200ms' -- Everything waits behind who waits for this lock.
AS $$ SELECT pg_advisory_xact_lock(1634300531, 1) $$;

-- Records a batch in one step. The keys of a batch are all different; the positions count from 1.
--
-- The order of locks is the same in every process, so that none waits for another in a circle: ledger_state, then routes by name, then
-- hours of the same routes, then keys by name. A key that another process records at the same moment makes this fail with
-- unique_violation after that process has committed; nothing is changed then, and the caller tries again and finds the key.
CREATE FUNCTION airside.record_batch_1(
    batch_keys text[], batch_routes text[], recorded timestamptz, recorded_day date, recorded_hour timestamptz)
RETURNS TABLE (batch_position bigint, was_known boolean, known_route text, total_after bigint)
LANGUAGE plpgsql
SET enable_seqscan = off -- A plan made while a partition was empty must not scan it when it is full.
SET jit = off
SET lock_timeout = '1200ms' -- Shorter than the caller waits, so that no batch waits on for one that has gone.
AS $$
DECLARE
    state airside.ledger_state;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(1634300531, 1);
    SELECT * INTO STRICT state FROM airside.ledger_state;
    IF NOT state.import_finished THEN
        RAISE EXCEPTION 'an import is under way' USING ERRCODE = 'AS001';
    END IF;
    IF state.key_day < recorded_day THEN
        RAISE EXCEPTION 'the day % is not current yet', recorded_day USING ERRCODE = 'AS002';
    END IF;

    RETURN QUERY
    WITH input AS MATERIALIZED (
        SELECT i.key, i.route, i.position
        FROM unnest(batch_keys, batch_routes) WITH ORDINALITY AS i (key, route, position)
    ), known AS MATERIALIZED (
        SELECT i.position, found.route, found.total
        FROM input i
        CROSS JOIN LATERAL (
            -- The day spares the partitions that were made ahead and are empty.
            SELECT k.route, k.total FROM airside.transaction_key k WHERE k.key = i.key AND k.day <= state.key_day LIMIT 1
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
        SELECT c.route, recorded_hour, c.numbers FROM counted c WHERE c.number = 1
        ON CONFLICT (route, hour) DO UPDATE SET transactions = h.transactions + excluded.transactions
    ), keys AS (
        INSERT INTO airside.transaction_key (key, day, route, total, recorded_at)
        SELECT c.key, state.key_day, c.route, c.total, recorded FROM counted c ORDER BY c.key
    )
    SELECT c.position, false, NULL::text, c.total FROM counted c
    UNION ALL
    SELECT k.position, true, k.route, k.total FROM known k;
END
$$;
