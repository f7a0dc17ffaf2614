-- Oracle's date arithmetic for repeat intervals that are SQL expressions. The
-- schema stands before pg_catalog when such an expression is analyzed, and is
-- on no other search_path unless a user puts it there.

CREATE SCHEMA dbms_date;
COMMENT ON SCHEMA dbms_date IS 'pg_dbms: Oracle''s date functions and operators, for repeat intervals';

CREATE FUNCTION dbms_date.sysdate() RETURNS timestamp without time zone
    LANGUAGE c STABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'pgd_date_sysdate';
COMMENT ON FUNCTION dbms_date.sysdate() IS
    'start of the current statement in the session''s time zone, in whole seconds';

CREATE FUNCTION dbms_date.systimestamp() RETURNS timestamp with time zone
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN pg_catalog.statement_timestamp();
COMMENT ON FUNCTION dbms_date.systimestamp() IS 'start of the current statement';

-- Functions. Each exists for timestamp (Oracle's DATE), date and timestamptz.

CREATE FUNCTION dbms_date.trunc(value timestamp without time zone) RETURNS timestamp without time zone
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'pgd_date_trunc';
COMMENT ON FUNCTION dbms_date.trunc(timestamp without time zone) IS
    'the day without its time';

CREATE FUNCTION dbms_date.trunc(value date) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.trunc(CAST(value AS timestamp without time zone));
COMMENT ON FUNCTION dbms_date.trunc(date) IS
    'the day without its time';

CREATE FUNCTION dbms_date.trunc(value timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN CAST(dbms_date.trunc(CAST(value AS timestamp without time zone)) AS timestamp with time zone);
COMMENT ON FUNCTION dbms_date.trunc(timestamp with time zone) IS
    'the day without its time, in the session''s time zone';

CREATE FUNCTION dbms_date.trunc(value timestamp without time zone, format text) RETURNS timestamp without time zone
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'pgd_date_trunc';
COMMENT ON FUNCTION dbms_date.trunc(timestamp without time zone, text) IS
    'cut down to a unit by Oracle''s format models';

CREATE FUNCTION dbms_date.trunc(value date, format text) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.trunc(CAST(value AS timestamp without time zone), format);
COMMENT ON FUNCTION dbms_date.trunc(date, text) IS
    'cut down to a unit by Oracle''s format models';

CREATE FUNCTION dbms_date.trunc(value timestamp with time zone, format text) RETURNS timestamp with time zone
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN CAST(dbms_date.trunc(CAST(value AS timestamp without time zone), format) AS timestamp with time zone);
COMMENT ON FUNCTION dbms_date.trunc(timestamp with time zone, text) IS
    'cut down to a unit by Oracle''s format models, in the session''s time zone';

CREATE FUNCTION dbms_date.round(value timestamp without time zone) RETURNS timestamp without time zone
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'pgd_date_round';
COMMENT ON FUNCTION dbms_date.round(timestamp without time zone) IS
    'the nearest midnight';

CREATE FUNCTION dbms_date.round(value date) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.round(CAST(value AS timestamp without time zone));
COMMENT ON FUNCTION dbms_date.round(date) IS
    'the nearest midnight';

CREATE FUNCTION dbms_date.round(value timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN CAST(dbms_date.round(CAST(value AS timestamp without time zone)) AS timestamp with time zone);
COMMENT ON FUNCTION dbms_date.round(timestamp with time zone) IS
    'the nearest midnight, in the session''s time zone';

CREATE FUNCTION dbms_date.round(value timestamp without time zone, format text) RETURNS timestamp without time zone
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'pgd_date_round';
COMMENT ON FUNCTION dbms_date.round(timestamp without time zone, text) IS
    'rounded to a unit by Oracle''s format models';

CREATE FUNCTION dbms_date.round(value date, format text) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.round(CAST(value AS timestamp without time zone), format);
COMMENT ON FUNCTION dbms_date.round(date, text) IS
    'rounded to a unit by Oracle''s format models';

CREATE FUNCTION dbms_date.round(value timestamp with time zone, format text) RETURNS timestamp with time zone
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN CAST(dbms_date.round(CAST(value AS timestamp without time zone), format) AS timestamp with time zone);
COMMENT ON FUNCTION dbms_date.round(timestamp with time zone, text) IS
    'rounded to a unit by Oracle''s format models, in the session''s time zone';

CREATE FUNCTION dbms_date.next_day(value timestamp without time zone, weekday text) RETURNS timestamp without time zone
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'pgd_date_next_day';
COMMENT ON FUNCTION dbms_date.next_day(timestamp without time zone, text) IS
    'the first such day of the week after the date, at the same time';

CREATE FUNCTION dbms_date.next_day(value date, weekday text) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.next_day(CAST(value AS timestamp without time zone), weekday);
COMMENT ON FUNCTION dbms_date.next_day(date, text) IS
    'the first such day of the week after the date, at the same time';

CREATE FUNCTION dbms_date.next_day(value timestamp with time zone, weekday text) RETURNS timestamp with time zone
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN CAST(dbms_date.next_day(CAST(value AS timestamp without time zone), weekday) AS timestamp with time zone);
COMMENT ON FUNCTION dbms_date.next_day(timestamp with time zone, text) IS
    'the first such day of the week after the date, at the same time, in the session''s time zone';

CREATE FUNCTION dbms_date.next_day(value timestamp without time zone, weekday integer) RETURNS timestamp without time zone
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'pgd_date_next_day_number';
COMMENT ON FUNCTION dbms_date.next_day(timestamp without time zone, integer) IS
    'the first such day of the week after the date, 1 is Sunday';

CREATE FUNCTION dbms_date.next_day(value date, weekday integer) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.next_day(CAST(value AS timestamp without time zone), weekday);
COMMENT ON FUNCTION dbms_date.next_day(date, integer) IS
    'the first such day of the week after the date, 1 is Sunday';

CREATE FUNCTION dbms_date.next_day(value timestamp with time zone, weekday integer) RETURNS timestamp with time zone
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN CAST(dbms_date.next_day(CAST(value AS timestamp without time zone), weekday) AS timestamp with time zone);
COMMENT ON FUNCTION dbms_date.next_day(timestamp with time zone, integer) IS
    'the first such day of the week after the date, 1 is Sunday, in the session''s time zone';

CREATE FUNCTION dbms_date.last_day(value timestamp without time zone) RETURNS timestamp without time zone
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'pgd_date_last_day';
COMMENT ON FUNCTION dbms_date.last_day(timestamp without time zone) IS
    'the last day of the month, at the same time';

CREATE FUNCTION dbms_date.last_day(value date) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.last_day(CAST(value AS timestamp without time zone));
COMMENT ON FUNCTION dbms_date.last_day(date) IS
    'the last day of the month, at the same time';

CREATE FUNCTION dbms_date.last_day(value timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN CAST(dbms_date.last_day(CAST(value AS timestamp without time zone)) AS timestamp with time zone);
COMMENT ON FUNCTION dbms_date.last_day(timestamp with time zone) IS
    'the last day of the month, at the same time, in the session''s time zone';

CREATE FUNCTION dbms_date.add_months(value timestamp without time zone, months integer) RETURNS timestamp without time zone
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'pgd_date_add_months';
COMMENT ON FUNCTION dbms_date.add_months(timestamp without time zone, integer) IS
    'months later; the last day of a month stays the last day';

CREATE FUNCTION dbms_date.add_months(value date, months integer) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.add_months(CAST(value AS timestamp without time zone), months);
COMMENT ON FUNCTION dbms_date.add_months(date, integer) IS
    'months later; the last day of a month stays the last day';

CREATE FUNCTION dbms_date.add_months(value timestamp with time zone, months integer) RETURNS timestamp with time zone
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN CAST(dbms_date.add_months(CAST(value AS timestamp without time zone), months) AS timestamp with time zone);
COMMENT ON FUNCTION dbms_date.add_months(timestamp with time zone, integer) IS
    'months later; the last day of a month stays the last day, in the session''s time zone';

CREATE FUNCTION dbms_date.add_months(value timestamp without time zone, months numeric) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.add_months(value, CAST(pg_catalog.trunc(months) AS integer));
COMMENT ON FUNCTION dbms_date.add_months(timestamp without time zone, numeric) IS
    'whole months later; the last day of a month stays the last day';

CREATE FUNCTION dbms_date.add_months(value date, months numeric) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.add_months(value, CAST(pg_catalog.trunc(months) AS integer));
COMMENT ON FUNCTION dbms_date.add_months(date, numeric) IS
    'whole months later; the last day of a month stays the last day';

CREATE FUNCTION dbms_date.add_months(value timestamp with time zone, months numeric) RETURNS timestamp with time zone
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN dbms_date.add_months(value, CAST(pg_catalog.trunc(months) AS integer));
COMMENT ON FUNCTION dbms_date.add_months(timestamp with time zone, numeric) IS
    'whole months later; the last day of a month stays the last day';

CREATE FUNCTION dbms_date.months_between(later timestamp without time zone, earlier timestamp without time zone) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'pgd_date_months_between';
COMMENT ON FUNCTION dbms_date.months_between(timestamp without time zone, timestamp without time zone) IS
    'months from one date to another, the rest in months of 31 days';

CREATE FUNCTION dbms_date.months_between(later timestamp with time zone, earlier timestamp with time zone) RETURNS numeric
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN dbms_date.months_between(CAST(later AS timestamp without time zone), CAST(earlier AS timestamp without time zone));
COMMENT ON FUNCTION dbms_date.months_between(timestamp with time zone, timestamp with time zone) IS
    'months from one date to another, in the session''s time zone';

CREATE FUNCTION dbms_date.months_between(later date, earlier date) RETURNS numeric
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.months_between(CAST(later AS timestamp without time zone), CAST(earlier AS timestamp without time zone));
COMMENT ON FUNCTION dbms_date.months_between(date, date) IS
    'months from one date to another';

-- Intervals and conversions.

CREATE FUNCTION dbms_date.numtodsinterval(number numeric, unit text) RETURNS interval
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'pgd_date_numtodsinterval';
COMMENT ON FUNCTION dbms_date.numtodsinterval(numeric, text) IS
    'an interval of so many days, hours, minutes or seconds';

CREATE FUNCTION dbms_date.numtoyminterval(number numeric, unit text) RETURNS interval
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'pgd_date_numtoyminterval';
COMMENT ON FUNCTION dbms_date.numtoyminterval(numeric, text) IS
    'an interval of so many years or months';

CREATE FUNCTION dbms_date.to_dsinterval(value text) RETURNS interval
    LANGUAGE c STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'pgd_date_to_dsinterval';
COMMENT ON FUNCTION dbms_date.to_dsinterval(text) IS
    'an interval written as days and time, or in ISO''s form';

CREATE FUNCTION dbms_date.to_yminterval(value text) RETURNS interval
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN CAST(value AS interval year to month);
COMMENT ON FUNCTION dbms_date.to_yminterval(text) IS
    'an interval written as years and months';

CREATE FUNCTION dbms_date.to_date(value text, format text) RETURNS timestamp without time zone
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN CAST(pg_catalog.to_timestamp(value, format) AS timestamp(0) without time zone);
COMMENT ON FUNCTION dbms_date.to_date(text, text) IS
    'a date with its time of day, which PostgreSQL''s to_date leaves out';

CREATE FUNCTION dbms_date.to_number(value text) RETURNS numeric
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CAST(value AS numeric);
COMMENT ON FUNCTION dbms_date.to_number(text) IS
    'a number written without a format';

CREATE FUNCTION dbms_date.nvl(value anycompatible, replacement anycompatible) RETURNS anycompatible
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT COALESCE($1, $2)';
COMMENT ON FUNCTION dbms_date.nvl(anycompatible, anycompatible) IS 'the value, or its replacement if it is NULL';

-- Operators: a number added to a date is days; dates differ by days.

CREATE FUNCTION dbms_date.plus(value timestamp without time zone, days numeric) RETURNS timestamp without time zone
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'pgd_date_plus';
COMMENT ON FUNCTION dbms_date.plus(timestamp without time zone, numeric) IS
    'days later, to the second';

CREATE FUNCTION dbms_date.plus(value timestamp with time zone, days numeric) RETURNS timestamp with time zone
    LANGUAGE c STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'pgd_date_plus_timestamptz';
COMMENT ON FUNCTION dbms_date.plus(timestamp with time zone, numeric) IS
    'days later; the fraction of a day is time that goes by';

CREATE FUNCTION dbms_date.plus(value date, days numeric) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.plus(CAST(value AS timestamp without time zone), days);
COMMENT ON FUNCTION dbms_date.plus(date, numeric) IS
    'days later, to the second';

CREATE FUNCTION dbms_date.minus(later timestamp without time zone, earlier timestamp without time zone) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'pgd_date_minus';
COMMENT ON FUNCTION dbms_date.minus(timestamp without time zone, timestamp without time zone) IS
    'days between two dates';

CREATE FUNCTION dbms_date.minus(value timestamp without time zone, days numeric) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.plus(value, OPERATOR(pg_catalog.-) days);
COMMENT ON FUNCTION dbms_date.minus(timestamp without time zone, numeric) IS
    'days earlier';

CREATE FUNCTION dbms_date.plus(value timestamp without time zone, days integer) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.plus(value, CAST(days AS numeric));
COMMENT ON FUNCTION dbms_date.plus(timestamp without time zone, integer) IS
    'days later';

CREATE FUNCTION dbms_date.minus(value timestamp without time zone, days integer) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.plus(value, OPERATOR(pg_catalog.-) CAST(days AS numeric));
COMMENT ON FUNCTION dbms_date.minus(timestamp without time zone, integer) IS
    'days earlier';

CREATE FUNCTION dbms_date.plus(value timestamp without time zone, days double precision) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.plus(value, CAST(days AS numeric));
COMMENT ON FUNCTION dbms_date.plus(timestamp without time zone, double precision) IS
    'days later';

CREATE FUNCTION dbms_date.minus(value timestamp without time zone, days double precision) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.plus(value, OPERATOR(pg_catalog.-) CAST(days AS numeric));
COMMENT ON FUNCTION dbms_date.minus(timestamp without time zone, double precision) IS
    'days earlier';

CREATE FUNCTION dbms_date.plus(days numeric, value timestamp without time zone) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.plus(value, days);
COMMENT ON FUNCTION dbms_date.plus(numeric, timestamp without time zone) IS
    'days later';

CREATE FUNCTION dbms_date.plus(days integer, value timestamp without time zone) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.plus(value, days);
COMMENT ON FUNCTION dbms_date.plus(integer, timestamp without time zone) IS
    'days later';

CREATE FUNCTION dbms_date.plus(days double precision, value timestamp without time zone) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.plus(value, days);
COMMENT ON FUNCTION dbms_date.plus(double precision, timestamp without time zone) IS
    'days later';

CREATE FUNCTION dbms_date.minus(value timestamp with time zone, days numeric) RETURNS timestamp with time zone
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN dbms_date.plus(value, OPERATOR(pg_catalog.-) days);
COMMENT ON FUNCTION dbms_date.minus(timestamp with time zone, numeric) IS
    'days earlier';

CREATE FUNCTION dbms_date.plus(value timestamp with time zone, days integer) RETURNS timestamp with time zone
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN dbms_date.plus(value, CAST(days AS numeric));
COMMENT ON FUNCTION dbms_date.plus(timestamp with time zone, integer) IS
    'days later';

CREATE FUNCTION dbms_date.minus(value timestamp with time zone, days integer) RETURNS timestamp with time zone
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN dbms_date.plus(value, OPERATOR(pg_catalog.-) CAST(days AS numeric));
COMMENT ON FUNCTION dbms_date.minus(timestamp with time zone, integer) IS
    'days earlier';

CREATE FUNCTION dbms_date.plus(value timestamp with time zone, days double precision) RETURNS timestamp with time zone
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN dbms_date.plus(value, CAST(days AS numeric));
COMMENT ON FUNCTION dbms_date.plus(timestamp with time zone, double precision) IS
    'days later';

CREATE FUNCTION dbms_date.minus(value timestamp with time zone, days double precision) RETURNS timestamp with time zone
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN dbms_date.plus(value, OPERATOR(pg_catalog.-) CAST(days AS numeric));
COMMENT ON FUNCTION dbms_date.minus(timestamp with time zone, double precision) IS
    'days earlier';

CREATE FUNCTION dbms_date.plus(days numeric, value timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN dbms_date.plus(value, days);
COMMENT ON FUNCTION dbms_date.plus(numeric, timestamp with time zone) IS
    'days later';

CREATE FUNCTION dbms_date.plus(days integer, value timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN dbms_date.plus(value, days);
COMMENT ON FUNCTION dbms_date.plus(integer, timestamp with time zone) IS
    'days later';

CREATE FUNCTION dbms_date.plus(days double precision, value timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    RETURN dbms_date.plus(value, days);
COMMENT ON FUNCTION dbms_date.plus(double precision, timestamp with time zone) IS
    'days later';

CREATE FUNCTION dbms_date.minus(value date, days numeric) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.plus(value, OPERATOR(pg_catalog.-) days);
COMMENT ON FUNCTION dbms_date.minus(date, numeric) IS
    'days earlier';

CREATE FUNCTION dbms_date.plus(value date, days double precision) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.plus(value, CAST(days AS numeric));
COMMENT ON FUNCTION dbms_date.plus(date, double precision) IS
    'days later';

CREATE FUNCTION dbms_date.minus(value date, days double precision) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.plus(value, OPERATOR(pg_catalog.-) CAST(days AS numeric));
COMMENT ON FUNCTION dbms_date.minus(date, double precision) IS
    'days earlier';

CREATE FUNCTION dbms_date.plus(days numeric, value date) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.plus(value, days);
COMMENT ON FUNCTION dbms_date.plus(numeric, date) IS
    'days later';

CREATE FUNCTION dbms_date.plus(days double precision, value date) RETURNS timestamp without time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dbms_date.plus(value, days);
COMMENT ON FUNCTION dbms_date.plus(double precision, date) IS
    'days later';

CREATE FUNCTION dbms_date.divide(dividend smallint, divisor smallint) RETURNS numeric
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CAST(dividend AS numeric) OPERATOR(pg_catalog./) CAST(divisor AS numeric);
COMMENT ON FUNCTION dbms_date.divide(smallint, smallint) IS
    'division of whole numbers with its fraction';

CREATE FUNCTION dbms_date.divide(dividend smallint, divisor integer) RETURNS numeric
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CAST(dividend AS numeric) OPERATOR(pg_catalog./) CAST(divisor AS numeric);
COMMENT ON FUNCTION dbms_date.divide(smallint, integer) IS
    'division of whole numbers with its fraction';

CREATE FUNCTION dbms_date.divide(dividend smallint, divisor bigint) RETURNS numeric
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CAST(dividend AS numeric) OPERATOR(pg_catalog./) CAST(divisor AS numeric);
COMMENT ON FUNCTION dbms_date.divide(smallint, bigint) IS
    'division of whole numbers with its fraction';

CREATE FUNCTION dbms_date.divide(dividend integer, divisor smallint) RETURNS numeric
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CAST(dividend AS numeric) OPERATOR(pg_catalog./) CAST(divisor AS numeric);
COMMENT ON FUNCTION dbms_date.divide(integer, smallint) IS
    'division of whole numbers with its fraction';

CREATE FUNCTION dbms_date.divide(dividend integer, divisor integer) RETURNS numeric
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CAST(dividend AS numeric) OPERATOR(pg_catalog./) CAST(divisor AS numeric);
COMMENT ON FUNCTION dbms_date.divide(integer, integer) IS
    'division of whole numbers with its fraction';

CREATE FUNCTION dbms_date.divide(dividend integer, divisor bigint) RETURNS numeric
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CAST(dividend AS numeric) OPERATOR(pg_catalog./) CAST(divisor AS numeric);
COMMENT ON FUNCTION dbms_date.divide(integer, bigint) IS
    'division of whole numbers with its fraction';

CREATE FUNCTION dbms_date.divide(dividend bigint, divisor smallint) RETURNS numeric
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CAST(dividend AS numeric) OPERATOR(pg_catalog./) CAST(divisor AS numeric);
COMMENT ON FUNCTION dbms_date.divide(bigint, smallint) IS
    'division of whole numbers with its fraction';

CREATE FUNCTION dbms_date.divide(dividend bigint, divisor integer) RETURNS numeric
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CAST(dividend AS numeric) OPERATOR(pg_catalog./) CAST(divisor AS numeric);
COMMENT ON FUNCTION dbms_date.divide(bigint, integer) IS
    'division of whole numbers with its fraction';

CREATE FUNCTION dbms_date.divide(dividend bigint, divisor bigint) RETURNS numeric
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CAST(dividend AS numeric) OPERATOR(pg_catalog./) CAST(divisor AS numeric);
COMMENT ON FUNCTION dbms_date.divide(bigint, bigint) IS
    'division of whole numbers with its fraction';

CREATE OPERATOR dbms_date.+ (LEFTARG = timestamp without time zone, RIGHTARG = numeric, FUNCTION = dbms_date.plus);
COMMENT ON OPERATOR dbms_date.+ (timestamp without time zone, numeric) IS 'days later';

CREATE OPERATOR dbms_date.+ (LEFTARG = numeric, RIGHTARG = timestamp without time zone, FUNCTION = dbms_date.plus);
COMMENT ON OPERATOR dbms_date.+ (numeric, timestamp without time zone) IS 'days later';

CREATE OPERATOR dbms_date.- (LEFTARG = timestamp without time zone, RIGHTARG = numeric, FUNCTION = dbms_date.minus);
COMMENT ON OPERATOR dbms_date.- (timestamp without time zone, numeric) IS 'days earlier';

CREATE OPERATOR dbms_date.+ (LEFTARG = timestamp without time zone, RIGHTARG = integer, FUNCTION = dbms_date.plus);
COMMENT ON OPERATOR dbms_date.+ (timestamp without time zone, integer) IS 'days later';

CREATE OPERATOR dbms_date.+ (LEFTARG = integer, RIGHTARG = timestamp without time zone, FUNCTION = dbms_date.plus);
COMMENT ON OPERATOR dbms_date.+ (integer, timestamp without time zone) IS 'days later';

CREATE OPERATOR dbms_date.- (LEFTARG = timestamp without time zone, RIGHTARG = integer, FUNCTION = dbms_date.minus);
COMMENT ON OPERATOR dbms_date.- (timestamp without time zone, integer) IS 'days earlier';

CREATE OPERATOR dbms_date.+ (LEFTARG = timestamp without time zone, RIGHTARG = double precision, FUNCTION = dbms_date.plus);
COMMENT ON OPERATOR dbms_date.+ (timestamp without time zone, double precision) IS 'days later';

CREATE OPERATOR dbms_date.+ (LEFTARG = double precision, RIGHTARG = timestamp without time zone, FUNCTION = dbms_date.plus);
COMMENT ON OPERATOR dbms_date.+ (double precision, timestamp without time zone) IS 'days later';

CREATE OPERATOR dbms_date.- (LEFTARG = timestamp without time zone, RIGHTARG = double precision, FUNCTION = dbms_date.minus);
COMMENT ON OPERATOR dbms_date.- (timestamp without time zone, double precision) IS 'days earlier';

CREATE OPERATOR dbms_date.+ (LEFTARG = timestamp with time zone, RIGHTARG = numeric, FUNCTION = dbms_date.plus);
COMMENT ON OPERATOR dbms_date.+ (timestamp with time zone, numeric) IS 'days later';

CREATE OPERATOR dbms_date.+ (LEFTARG = numeric, RIGHTARG = timestamp with time zone, FUNCTION = dbms_date.plus);
COMMENT ON OPERATOR dbms_date.+ (numeric, timestamp with time zone) IS 'days later';

CREATE OPERATOR dbms_date.- (LEFTARG = timestamp with time zone, RIGHTARG = numeric, FUNCTION = dbms_date.minus);
COMMENT ON OPERATOR dbms_date.- (timestamp with time zone, numeric) IS 'days earlier';

CREATE OPERATOR dbms_date.+ (LEFTARG = timestamp with time zone, RIGHTARG = integer, FUNCTION = dbms_date.plus);
COMMENT ON OPERATOR dbms_date.+ (timestamp with time zone, integer) IS 'days later';

CREATE OPERATOR dbms_date.+ (LEFTARG = integer, RIGHTARG = timestamp with time zone, FUNCTION = dbms_date.plus);
COMMENT ON OPERATOR dbms_date.+ (integer, timestamp with time zone) IS 'days later';

CREATE OPERATOR dbms_date.- (LEFTARG = timestamp with time zone, RIGHTARG = integer, FUNCTION = dbms_date.minus);
COMMENT ON OPERATOR dbms_date.- (timestamp with time zone, integer) IS 'days earlier';

CREATE OPERATOR dbms_date.+ (LEFTARG = timestamp with time zone, RIGHTARG = double precision, FUNCTION = dbms_date.plus);
COMMENT ON OPERATOR dbms_date.+ (timestamp with time zone, double precision) IS 'days later';

CREATE OPERATOR dbms_date.+ (LEFTARG = double precision, RIGHTARG = timestamp with time zone, FUNCTION = dbms_date.plus);
COMMENT ON OPERATOR dbms_date.+ (double precision, timestamp with time zone) IS 'days later';

CREATE OPERATOR dbms_date.- (LEFTARG = timestamp with time zone, RIGHTARG = double precision, FUNCTION = dbms_date.minus);
COMMENT ON OPERATOR dbms_date.- (timestamp with time zone, double precision) IS 'days earlier';

CREATE OPERATOR dbms_date.+ (LEFTARG = date, RIGHTARG = numeric, FUNCTION = dbms_date.plus);
COMMENT ON OPERATOR dbms_date.+ (date, numeric) IS 'days later';

CREATE OPERATOR dbms_date.+ (LEFTARG = numeric, RIGHTARG = date, FUNCTION = dbms_date.plus);
COMMENT ON OPERATOR dbms_date.+ (numeric, date) IS 'days later';

CREATE OPERATOR dbms_date.- (LEFTARG = date, RIGHTARG = numeric, FUNCTION = dbms_date.minus);
COMMENT ON OPERATOR dbms_date.- (date, numeric) IS 'days earlier';

CREATE OPERATOR dbms_date.+ (LEFTARG = date, RIGHTARG = double precision, FUNCTION = dbms_date.plus);
COMMENT ON OPERATOR dbms_date.+ (date, double precision) IS 'days later';

CREATE OPERATOR dbms_date.+ (LEFTARG = double precision, RIGHTARG = date, FUNCTION = dbms_date.plus);
COMMENT ON OPERATOR dbms_date.+ (double precision, date) IS 'days later';

CREATE OPERATOR dbms_date.- (LEFTARG = date, RIGHTARG = double precision, FUNCTION = dbms_date.minus);
COMMENT ON OPERATOR dbms_date.- (date, double precision) IS 'days earlier';

CREATE OPERATOR dbms_date.- (LEFTARG = timestamp without time zone, RIGHTARG = timestamp without time zone, FUNCTION = dbms_date.minus);
COMMENT ON OPERATOR dbms_date.- (timestamp without time zone, timestamp without time zone) IS 'days between two dates';

CREATE OPERATOR dbms_date./ (LEFTARG = smallint, RIGHTARG = smallint, FUNCTION = dbms_date.divide);
COMMENT ON OPERATOR dbms_date./ (smallint, smallint) IS 'division with its fraction';

CREATE OPERATOR dbms_date./ (LEFTARG = smallint, RIGHTARG = integer, FUNCTION = dbms_date.divide);
COMMENT ON OPERATOR dbms_date./ (smallint, integer) IS 'division with its fraction';

CREATE OPERATOR dbms_date./ (LEFTARG = smallint, RIGHTARG = bigint, FUNCTION = dbms_date.divide);
COMMENT ON OPERATOR dbms_date./ (smallint, bigint) IS 'division with its fraction';

CREATE OPERATOR dbms_date./ (LEFTARG = integer, RIGHTARG = smallint, FUNCTION = dbms_date.divide);
COMMENT ON OPERATOR dbms_date./ (integer, smallint) IS 'division with its fraction';

CREATE OPERATOR dbms_date./ (LEFTARG = integer, RIGHTARG = integer, FUNCTION = dbms_date.divide);
COMMENT ON OPERATOR dbms_date./ (integer, integer) IS 'division with its fraction';

CREATE OPERATOR dbms_date./ (LEFTARG = integer, RIGHTARG = bigint, FUNCTION = dbms_date.divide);
COMMENT ON OPERATOR dbms_date./ (integer, bigint) IS 'division with its fraction';

CREATE OPERATOR dbms_date./ (LEFTARG = bigint, RIGHTARG = smallint, FUNCTION = dbms_date.divide);
COMMENT ON OPERATOR dbms_date./ (bigint, smallint) IS 'division with its fraction';

CREATE OPERATOR dbms_date./ (LEFTARG = bigint, RIGHTARG = integer, FUNCTION = dbms_date.divide);
COMMENT ON OPERATOR dbms_date./ (bigint, integer) IS 'division with its fraction';

CREATE OPERATOR dbms_date./ (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = dbms_date.divide);
COMMENT ON OPERATOR dbms_date./ (bigint, bigint) IS 'division with its fraction';

CREATE FUNCTION dbms.evaluate_interval(repeat_interval text, time_zone text) RETURNS timestamp with time zone
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'pgd_scheduler_evaluate_interval';
COMMENT ON FUNCTION dbms.evaluate_interval(text, text) IS
    'the next run by a repeat interval that is an SQL expression, evaluated now as the current user; NULL: no more runs';
REVOKE ALL ON FUNCTION dbms.evaluate_interval(text, text) FROM PUBLIC;
