-- Works with: 1
-- What is acknowledged is durable whatever a database or user has been set to meanwhile, and no count passes what JSON numbers hold.

-- Not checked for the rows that are there, which would take a lock for long; totals of before are far below.
ALTER TABLE airside.route ADD CONSTRAINT route_total_max CHECK (total <= 9007199254740991) NOT VALID;

CREATE FUNCTION airside.record_batch_2(
    batch_keys text[], batch_routes text[], recorded timestamptz, recorded_day date, recorded_hour timestamptz)
RETURNS TABLE (batch_position bigint, was_known boolean, known_route text, total_after bigint)
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('synchronous_commit', 'on', true);
    RETURN QUERY SELECT * FROM airside.record_batch_1(batch_keys, batch_routes, recorded, recorded_day, recorded_hour);
END
$$;
