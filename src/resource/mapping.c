/*
 * mapping.c
 *		Which consumer group work belongs to, as the coordinator knows it.
 *
 * Of the attributes that a mapping can be about, SERVICE_NAME (of the job
 * class) and ORACLE_USER (the owner) are known of work of the pool.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "utils/formatting.h"
#include "utils/memutils.h"

#include "core/sql.h"
#include "resource/mapping.h"
#include "resource/plan.h"

typedef struct PgdMapping
{
	bool		is_owner;		/* of ORACLE_USER, else of SERVICE_NAME */
	char	   *value;
	char	   *group;
} PgdMapping;

static MemoryContext mapping_cxt = NULL;
static PgdMapping *mappings = NULL; /* the better priority first */
static int	nmappings = 0;

static char **groups = NULL;	/* all that there are, in order */
static int	ngroups = 0;

static const char *find_group(const char *name);

void
pgd_mapping_reload(void)
{
	MemoryContext caller = CurrentMemoryContext;
	uint64		n;

	if (mapping_cxt == NULL)
		mapping_cxt = AllocSetContextCreate(TopMemoryContext,
											"pg_dbms consumer groups",
											ALLOCSET_SMALL_SIZES);
	else
		MemoryContextReset(mapping_cxt);
	nmappings = ngroups = 0;

	n = pgd_sql("SELECT m.attribute = 'ORACLE_USER', m.value, m.consumer_group"
				" FROM dbms.group_mapping m"
				" LEFT JOIN dbms.mapping_priority p ON p.attribute = m.attribute AND NOT p.is_pending"
				" WHERE m.attribute IN ('SERVICE_NAME', 'ORACLE_USER') AND NOT m.is_pending"
				" ORDER BY p.priority, m.attribute DESC, m.value",
				0, NULL, NULL, NULL, SPI_OK_SELECT);
	mappings = MemoryContextAlloc(mapping_cxt, sizeof(PgdMapping) * Max(n, 1));
	for (uint64 i = 0; i < n; i++)
	{
		mappings[i].is_owner = pgd_column_bool(i, 0);
		mappings[i].value = pgd_column_text(mapping_cxt, i, 1);
		mappings[i].group = pgd_column_text(mapping_cxt, i, 2);
		nmappings++;
	}
	n = pgd_sql("SELECT g.name FROM dbms.consumer_group g WHERE NOT g.is_pending ORDER BY g.name",
				0, NULL, NULL, NULL, SPI_OK_SELECT);
	groups = MemoryContextAlloc(mapping_cxt, sizeof(char *) * Max(n, 1));
	for (uint64 i = 0; i < n; i++)
		groups[ngroups++] = pgd_column_text(mapping_cxt, i, 0);
	MemoryContextSwitchTo(caller);
}

const char *
pgd_mapping_group(const char *class_group, const char *service,
				  const char *owner)
{
	const char *found = NULL;
	char	   *upper = NULL;

	if (class_group != NULL)
		found = find_group(class_group);
	if (service != NULL)
		upper = asc_toupper(service, strlen(service));
	for (int i = 0; i < nmappings && found == NULL; i++)
	{
		const char *value = mappings[i].is_owner ? owner : upper;

		if (value != NULL && strcmp(value, mappings[i].value) == 0)
			found = find_group(mappings[i].group);
	}
	if (upper != NULL)
		pfree(upper);
	return found != NULL ? found : PGD_DEFAULT_GROUP;
}

/* a group that was deleted is none */
static const char *
find_group(const char *name)
{
	for (int i = 0; i < ngroups; i++)
		if (strcmp(groups[i], name) == 0)
			return groups[i];
	return NULL;
}
