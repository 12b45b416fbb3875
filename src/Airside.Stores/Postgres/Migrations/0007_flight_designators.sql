-- Works with: 1
-- A route has one name from here on, and a key one text: no spelling counts apart. A database that holds others is refused: it is converted
-- by an export and an import. Programs of before cannot record others beside this version or after it.

CREATE FUNCTION airside.is_flight_designator(name text) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$ SELECT name ~ '^([A-Z][A-Z0-9]|[0-9][A-Z]|[A-Z]{3})[1-9][0-9]{0,3}[A-Z]?$' $$;

CREATE FUNCTION airside.refuse_earlier_names(since timestamptz) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    names text;
BEGIN
    SELECT string_agg(found.name, ', ') INTO names
    FROM (
        (SELECT route AS name FROM airside.route WHERE first_at >= since AND NOT airside.is_flight_designator(route) LIMIT 3)
        UNION ALL
        (SELECT key FROM airside.transaction_key WHERE key >= '"' AND key < '#' AND recorded_at >= since LIMIT 3)
    ) found;
    IF names IS NOT NULL THEN
        RAISE EXCEPTION '%', names USING ERRCODE = 'AS004';
    END IF;
END
$$;

-- The next migration looks again for what programs of before record meanwhile.
SELECT airside.refuse_earlier_names('-infinity');

-- For programs of before, which know this error as one of the transaction: the others of its batch are recorded.
CREATE FUNCTION airside.demand_names(batch_keys text[], batch_routes text[]) RETURNS void
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    other record;
BEGIN
    SELECT i.key, i.route INTO other FROM unnest(batch_keys, batch_routes) AS i (key, route)
    WHERE NOT airside.is_flight_designator(i.route) OR starts_with(i.key, '"') LIMIT 1;
    IF FOUND THEN
        RAISE invalid_parameter_value
        USING MESSAGE = format('the route %s or the key %s has not the form that a later version requires', other.route, other.key);
    END IF;
END
$$;

ALTER FUNCTION airside.record_batch_1 RENAME TO record_checked_batch_1;
ALTER FUNCTION airside.record_batch_2 RENAME TO record_checked_batch_2;

CREATE FUNCTION airside.record_batch_1(
    batch_keys text[], batch_routes text[], recorded timestamptz, recorded_day date, recorded_hour timestamptz)
RETURNS TABLE (batch_position bigint, was_known boolean, known_route text, total_after bigint)
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM airside.demand_names(batch_keys, batch_routes);
    RETURN QUERY SELECT * FROM airside.record_checked_batch_1(batch_keys, batch_routes, recorded, recorded_day, recorded_hour);
END
$$;

-- record_batch_3 calls it.
CREATE FUNCTION airside.record_batch_2(batch_keys text[], batch_routes text[], key_window interval)
RETURNS TABLE (batch_position bigint, was_known boolean, known_route text, total_after bigint)
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM airside.demand_names(batch_keys, batch_routes);
    RETURN QUERY SELECT * FROM airside.record_checked_batch_2(batch_keys, batch_routes, key_window);
END
$$;

-- record_batch_3 for programs whose names have the form.
DO $$
BEGIN
    EXECUTE replace(replace(
        pg_get_functiondef('airside.record_batch_3'::regproc),
        'record_batch_3', 'record_batch_4'), 'record_batch_2', 'record_checked_batch_2');
END
$$;
