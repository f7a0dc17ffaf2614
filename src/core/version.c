/*
 * version.c
 *		Compares the installed extension's version with the library's. After
 *		an upgrade of the packages nothing runs until ALTER EXTENSION UPDATE.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_extension.h"
#include "commands/dbcommands.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

#include "core/version.h"

bool
pgd_version_fits(void)
{
	Relation	rel;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	char	   *version = NULL;

	rel = table_open(ExtensionRelationId, AccessShareLock);
	ScanKeyInit(&key, Anum_pg_extension_extname, BTEqualStrategyNumber,
				F_NAMEEQ, CStringGetDatum("pg_dbms"));
	scan = systable_beginscan(rel, ExtensionNameIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		bool		isnull;
		Datum		value = heap_getattr(tuple, Anum_pg_extension_extversion,
										 RelationGetDescr(rel), &isnull);

		if (!isnull)
			version = TextDatumGetCString(value);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	if (version != NULL && strcmp(version, PGD_VERSION) == 0)
		return true;
	ereport(LOG,
			(errmsg("pg_dbms does not serve database \"%s\": version \"%s\" is installed, the library is \"%s\"",
					get_database_name(MyDatabaseId),
					version ? version : "none", PGD_VERSION),
			 errhint("Use ALTER EXTENSION pg_dbms UPDATE in that database.")));
	return false;
}
