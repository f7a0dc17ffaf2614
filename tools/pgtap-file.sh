#!/bin/bash
# pgtap-file.sh FILE: run one pgTAP file in a database of its own, made new
# with pg_dbms and pgtap in it.  The environment says where the server is.

set -euo pipefail

database=pgtap_$(basename "$1" .sql)

drop()
{
	dropdb --if-exists --force "$database"
}

trap drop EXIT
createdb "$database"
export PGOPTIONS='-c client_min_messages=warning' PGDATABASE=$database
psql -X -q -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION pgtap' -c 'CREATE EXTENSION pg_dbms'
psql -X -q -A -t -P pager=off -v ON_ERROR_STOP=1 -f "$1"
