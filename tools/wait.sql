-- CALL pg_temp.wait_until(query, seconds) returns as soon as the query
-- answers true, and raises an error when it has not by then.
CREATE PROCEDURE pg_temp.wait_until(query text, seconds numeric DEFAULT 30)
LANGUAGE plpgsql
AS $$
DECLARE
    deadline timestamptz := clock_timestamp() + make_interval(secs => seconds::float8);
    reached boolean;
BEGIN
    LOOP
        EXECUTE query INTO reached;
        EXIT WHEN reached;
        IF clock_timestamp() > deadline THEN
            RAISE EXCEPTION 'still not true after % seconds: %', seconds, query;
        END IF;
        PERFORM pg_sleep(0.02);
        COMMIT;
    END LOOP;
END;
$$;
