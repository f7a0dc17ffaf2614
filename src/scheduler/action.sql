-- Blocks of actions: how they report variables, and what becomes of them.

CREATE FUNCTION dbms.block_report(name text, value anyelement) RETURNS void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'pgd_scheduler_block_report';
COMMENT ON FUNCTION dbms.block_report(text, anyelement) IS
    'called by the block of a running job: the value of a variable that the job may assign to';

CREATE FUNCTION dbms.rewrite_block(action text) RETURNS text
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'pgd_scheduler_rewrite_block';
COMMENT ON FUNCTION dbms.rewrite_block(text) IS
    'the block that a PLSQL_BLOCK action would run as, with sample values of job_name, job_start and next_date; NULL if it is SQL';
REVOKE ALL ON FUNCTION dbms.rewrite_block(text) FROM PUBLIC;
