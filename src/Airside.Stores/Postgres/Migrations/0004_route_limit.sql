-- Works with: 1
-- Routes are counted as they come, and a batch whose new routes are beyond a limit is refused.

CREATE TABLE airside.route_count (
    id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    routes bigint NOT NULL
);
COMMENT ON TABLE airside.route_count IS
    'One row: how many rows airside.route has. Its triggers keep it, whichever version or tool writes them.';

-- The row is the last lock of a transaction, behind those of routes, hours and keys, so none waits for another in a circle. Only a new
-- route takes it; those that ON CONFLICT updates are not among the changed ones.
CREATE FUNCTION airside.count_routes() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    changed_routes bigint;
    routes_after bigint;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        UPDATE airside.route_count SET routes = 0 WHERE id = 1;
        RETURN NULL;
    END IF;
    SELECT count(*) INTO changed_routes FROM changed;
    IF changed_routes > 0 THEN
        UPDATE airside.route_count
        SET routes = routes + CASE TG_OP WHEN 'INSERT' THEN changed_routes ELSE -changed_routes END
        WHERE id = 1
        RETURNING routes INTO routes_after;

        -- For record_batch_3, without another query. It is gone when the transaction ends.
        PERFORM set_config('airside.routes_after', routes_after::text, true);
    END IF;
    RETURN NULL;
END
$$;

-- Waits for the batches that are under way and keeps the next ones waiting until the count is committed. Readers and backups go on.
SET LOCAL lock_timeout = '1200ms';
LOCK TABLE airside.route IN SHARE ROW EXCLUSIVE MODE;
SET LOCAL lock_timeout TO DEFAULT;

CREATE TRIGGER count_new AFTER INSERT ON airside.route
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION airside.count_routes();

CREATE TRIGGER count_deleted AFTER DELETE ON airside.route
REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION airside.count_routes();

CREATE TRIGGER count_none AFTER TRUNCATE ON airside.route
FOR EACH STATEMENT EXECUTE FUNCTION airside.count_routes();

INSERT INTO airside.route_count (routes) SELECT count(*) FROM airside.route;

-- Records a batch as record_batch_2 does, unless it has new routes beyond the limit. Then it records nothing, and was_known is null for
-- their positions. The first new routes of the batch get the places that are left. Known routes and known keys never need one.
CREATE FUNCTION airside.record_batch_3(batch_keys text[], batch_routes text[], key_window interval, routes_max bigint)
RETURNS TABLE (batch_position bigint, was_known boolean, known_route text, total_after bigint)
LANGUAGE plpgsql
AS $$
DECLARE
    remembered_since timestamptz;
    forgotten_day date;
BEGIN
    IF (SELECT c.routes FROM airside.route_count c WHERE c.id = 1) + cardinality(batch_routes) > routes_max
        AND (SELECT s.import_finished FROM airside.ledger_state s) THEN
        PERFORM set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true), set_config('lock_timeout', '1200ms', true);
        remembered_since := airside.clock() - key_window;
        forgotten_day := airside.forgotten_day(remembered_since);
        RETURN QUERY
        WITH unplaced AS (
            SELECT i.position, min(i.position) OVER (PARTITION BY i.route) AS first_of_route
            FROM unnest(batch_keys, batch_routes) WITH ORDINALITY AS i (key, route, position)
            WHERE (SELECT r.route FROM airside.route r WHERE r.route = i.route) IS NULL
                AND (
                    SELECT k.key FROM airside.transaction_key k, airside.ledger_state s
                    WHERE k.key = i.key AND k.day > forgotten_day AND k.day <= s.key_day AND k.recorded_at >= remembered_since
                    LIMIT 1
                ) IS NULL
        ), numbered AS (
            SELECT u.position, dense_rank() OVER (ORDER BY u.first_of_route) AS number FROM unplaced u
        )
        SELECT n.position, NULL::boolean, NULL::text, NULL::bigint
        FROM numbered n, airside.route_count c
        WHERE n.number > routes_max - c.routes;
        IF FOUND THEN
            RETURN;
        END IF;
    END IF;

    RETURN QUERY SELECT * FROM airside.record_batch_2(batch_keys, batch_routes, key_window);

    -- A batch that has counted new routes holds the row until it commits, so this is the number of all that are committed, and its own.
    IF nullif(current_setting('airside.routes_after', true), '')::bigint > routes_max THEN
        RAISE EXCEPTION 'other processes have taken the last places for routes' USING ERRCODE = 'AS003';
    END IF;
END
$$;
