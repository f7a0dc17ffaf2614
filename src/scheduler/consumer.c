/*
 * consumer.c
 *		Which consumer group a job or task belongs to; see consumer.h.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "core/names.h"
#include "core/sql.h"
#include "resource/admit.h"
#include "resource/mapping.h"
#include "resource/plan.h"
#include "resource/resource.h"
#include "scheduler/consumer.h"

/* hash key: no padding between the members, the rest of the name is zero */
typedef struct KindKey
{
	Oid			role;
	char		job_class[PGD_CLASS_LEN];
} KindKey;

typedef struct KindEntry
{
	KindKey		key;
	int			number;
} KindEntry;

typedef struct Kind
{
	KindKey		key;
	const char *group;
	int			queue;
} Kind;

/* what a class says of the group */
typedef struct ClassGroup
{
	char		name[PGD_CLASS_LEN];	/* hash key */
	char	   *group;
	char	   *service;
} ClassGroup;

static MemoryContext kinds_cxt = NULL;
static HTAB *kind_numbers = NULL;
static Kind *kinds = NULL;
static int	nkinds = 0;
static int	size = 0;

static MemoryContext classes_cxt = NULL;
static HTAB *classes = NULL;
static const PgdPlan *plan = NULL;

static void read_classes(void);
static void assign(Kind *kind);

void
pgd_consumer_reload(void)
{
	pgd_resource_settle();
	pgd_mapping_reload();
	read_classes();
	plan = pgd_plan_reload();
	pgd_admit_use(plan);
	for (int i = 0; i < nkinds; i++)
		assign(&kinds[i]);
}

static void
read_classes(void)
{
	HASHCTL		ctl = {0};
	uint64		n;

	if (classes_cxt == NULL)
		classes_cxt = AllocSetContextCreate(TopMemoryContext,
											"pg_dbms job classes",
											ALLOCSET_SMALL_SIZES);
	else
		MemoryContextReset(classes_cxt);
	ctl.keysize = PGD_CLASS_LEN;
	ctl.entrysize = sizeof(ClassGroup);
	ctl.hcxt = classes_cxt;
	classes = hash_create("pg_dbms job classes", 16, &ctl,
						  HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
	n = pgd_sql("SELECT o.name, c.resource_consumer_group, c.service"
				" FROM dbms.job_class c JOIN dbms.object o ON o.id = c.id"
				" WHERE c.resource_consumer_group IS NOT NULL OR c.service IS NOT NULL",
				0, NULL, NULL, NULL, SPI_OK_SELECT);
	for (uint64 i = 0; i < n; i++)
	{
		char	   *name = pgd_column_text(classes_cxt, i, 0);
		ClassGroup *found = hash_search(classes, name, HASH_ENTER, NULL);

		found->group = pgd_column_text(classes_cxt, i, 1);
		found->service = pgd_column_text(classes_cxt, i, 2);
	}
}

int
pgd_consumer_kind(const char *job_class, Oid role)
{
	KindKey		key;
	KindEntry  *entry;
	bool		found;

	if (kinds_cxt == NULL)
	{
		HASHCTL		ctl = {0};

		kinds_cxt = AllocSetContextCreate(TopMemoryContext,
										  "pg_dbms kinds of jobs",
										  ALLOCSET_DEFAULT_SIZES);
		ctl.keysize = sizeof(KindKey);
		ctl.entrysize = sizeof(KindEntry);
		ctl.hcxt = kinds_cxt;
		kind_numbers = hash_create("pg_dbms kinds of jobs", 64, &ctl,
								   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	memset(&key, 0, sizeof(key));
	key.role = role;
	strlcpy(key.job_class, job_class, sizeof(key.job_class));
	entry = hash_search(kind_numbers, &key, HASH_ENTER, &found);
	if (!found)
	{
		if (nkinds == size)
		{
			size = Max(64, size * 2);
			kinds = kinds == NULL ?
				MemoryContextAlloc(kinds_cxt, sizeof(Kind) * size) :
				repalloc_huge(kinds, sizeof(Kind) * size);
		}
		kinds[nkinds].key = key;
		entry->number = nkinds;
		assign(&kinds[nkinds++]);
	}
	return entry->number;
}

static void
assign(Kind *kind)
{
	ClassGroup *of_class = classes == NULL ? NULL :
	hash_search(classes, kind->key.job_class, HASH_FIND, NULL);
	char	   *role = GetUserNameFromId(kind->key.role, true);
	char	   *owner = role != NULL ? pgd_name_show_role(role) : NULL;

	kind->group = pgd_mapping_group(of_class != NULL ? of_class->group : NULL,
									of_class != NULL ? of_class->service : NULL,
									owner);
	kind->queue = plan != NULL ? pgd_plan_group(plan, kind->group) : 0;
}

const char *
pgd_consumer_group(int kind)
{
	return kinds[kind].group;
}

int
pgd_consumer_queue(int kind)
{
	/* a job that runs and that nothing else is known of has no kind yet */
	return kind < nkinds ? kinds[kind].queue : 0;
}
