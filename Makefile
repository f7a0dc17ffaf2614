# pg_dbms: build by PGXS.  "make help" lists what else it can do.

EXTENSION = pg_dbms
EXTVERSION = 1.0
MODULE_big = pg_dbms
PGFILEDESC = "pg_dbms - operations packages of the Oracle database"

PG_CONFIG ?= pg_config

# The sources lie in src/ and one folder below it for each package.
OBJS = $(patsubst %.c,%.o,$(sort $(wildcard src/*.c src/*/*.c)))
C_HEADERS = $(sort $(wildcard src/*.h src/*/*.h))

# The install script is joined from these, in this order.  A file that does
# not exist is skipped; one that exists and is not named here fails the build.
SQL_ORDER = \
	src/core/core.sql \
	src/calendar/calendar.sql \
	src/scheduler/scheduler.sql \
	src/scheduler/expression.sql \
	src/scheduler/action.sql \
	src/scheduler/class.sql \
	src/scheduler/schedule.sql \
	src/scheduler/program.sql \
	src/scheduler/job.sql \
	src/scheduler/run.sql \
	src/scheduler/log.sql \
	src/scheduler/attribute.sql \
	src/scheduler/forecast.sql \
	src/scheduler/restore.sql \
	src/scheduler/views.sql \
	src/scheduler/dbms_job.sql

SQL_FILES = $(foreach f,$(SQL_ORDER),$(wildcard $(f)))
SQL_UNLISTED = $(filter-out $(SQL_ORDER) src/upgrade/%,$(wildcard src/*/*.sql))
ifneq (,$(strip $(SQL_UNLISTED)))
$(error not in SQL_ORDER of the Makefile: $(SQL_UNLISTED))
endif

DATA_built = $(EXTENSION)--$(EXTVERSION).sql
DATA = $(wildcard src/upgrade/$(EXTENSION)--*--*.sql)

# PostgreSQL's headers have unused parameters, and its lengthof() is unsigned.
PG_CPPFLAGS = -I$(srcdir)/src
PG_CFLAGS = -Wall -Wextra -Werror -Wno-unused-parameter -Wno-sign-compare

REGRESS = $(sort $(patsubst sql/%.sql,%,$(wildcard sql/*.sql)))
ISOLATION = $(sort $(patsubst test/isolation/specs/%.spec,%,$(wildcard test/isolation/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test/isolation
PROVE_TESTS = $(sort $(wildcard test/t/*.pl))

EXTRA_CLEAN = build $(wildcard src/*.gc?? src/*/*.gc??)

PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

$(OBJS): $(C_HEADERS) Makefile
$(OBJS:.o=.bc): $(C_HEADERS) Makefile

$(EXTENSION)--$(EXTVERSION).sql: $(SQL_FILES) Makefile
	{ printf '%s\n' '\echo Use "CREATE EXTENSION $(EXTENSION)" to load this file. \quit'; \
	  for f in $(SQL_FILES); do echo; echo "-- $$f"; cat "$$f" || exit; done; } >$@.tmp
	mv $@.tmp $@
