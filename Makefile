# pg_dbms: build by PGXS.  "make help" lists what else it can do.

# These goals are scripts.  They build for themselves, and must run on a
# machine that has no PostgreSQL yet, so they do without PGXS.
TOOL_GOALS = help check bench demo demo-psql demo-stop indent indent-check \
	coverage fuzz valgrind sanitize

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
	src/resource/resource.sql \
	src/resource/initial.sql \
	src/resource/manager.sql \
	src/resource/enforcement.sql \
	src/resource/restore.sql \
	src/scheduler/scheduler.sql \
	src/scheduler/expression.sql \
	src/scheduler/action.sql \
	src/scheduler/class.sql \
	src/scheduler/schedule.sql \
	src/scheduler/window.sql \
	src/scheduler/group.sql \
	src/scheduler/window_open.sql \
	src/scheduler/program.sql \
	src/scheduler/job.sql \
	src/scheduler/run.sql \
	src/scheduler/log.sql \
	src/scheduler/attribute.sql \
	src/scheduler/global.sql \
	src/scheduler/privilege.sql \
	src/scheduler/forecast.sql \
	src/scheduler/restore.sql \
	src/scheduler/views.sql \
	src/resource/views.sql \
	src/scheduler/window_views.sql \
	src/scheduler/dbms_job.sql \
	src/parallel/parallel.sql \
	src/parallel/views.sql \
	src/scheduler/grants.sql \
	src/parallel/grants.sql \
	src/resource/grants.sql

SQL_FILES = $(foreach f,$(SQL_ORDER),$(wildcard $(f)))
SQL_UNLISTED = $(filter-out $(SQL_ORDER) src/upgrade/%,$(wildcard src/*/*.sql))
ifneq (,$(strip $(SQL_UNLISTED)))
$(error not in SQL_ORDER of the Makefile: $(SQL_UNLISTED))
endif

DATA_built = $(EXTENSION)--$(EXTVERSION).sql
DATA = $(wildcard src/upgrade/$(EXTENSION)--*--*.sql)

# PostgreSQL's headers have unused parameters, its lengthof() is unsigned, and
# its PG_TRY has a variable of its own that gcc takes for clobbered.
PG_CPPFLAGS = -I$(srcdir)/src
PG_CFLAGS = -Wall -Wextra -Werror -Wno-unused-parameter -Wno-sign-compare \
	-Wno-clobbered

REGRESS = $(sort $(patsubst sql/%.sql,%,$(wildcard sql/*.sql)))
ISOLATION = $(sort $(patsubst test/isolation/specs/%.spec,%,$(wildcard test/isolation/specs/*.spec)))
REGRESS_OPTS = --load-extension=$(EXTENSION)
ISOLATION_OPTS = --load-extension=$(EXTENSION) --inputdir=test/isolation
TAP_TESTS = 1
PROVE_TESTS = $(sort $(wildcard test/t/*.pl))

EXTRA_CLEAN = build $(wildcard src/*.gc?? src/*/*.gc??)

# PGXS is needed as soon as another goal is asked for.
ifneq (,$(filter-out $(TOOL_GOALS),$(or $(MAKECMDGOALS),all)))

PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
ifeq (,$(PGXS))
$(error $(PG_CONFIG) not found: install postgresql-server-dev-15, or set PG_CONFIG)
endif
include $(PGXS)

$(OBJS): $(C_HEADERS) Makefile
$(OBJS:.o=.bc): $(C_HEADERS) Makefile

$(EXTENSION)--$(EXTVERSION).sql: $(SQL_FILES) Makefile
	{ printf '%s\n' '\echo Use "CREATE EXTENSION $(EXTENSION)" to load this file. \quit'; \
	  for f in $(SQL_FILES); do echo; echo "-- $$f"; cat "$$f" || exit; done; } >$@.tmp
	mv $@.tmp $@

endif

# Ours, in place of the stub of PGXS.  "make check PART=regress NAME='core_*'"
# runs some of it; see tools/check.sh.
export PART NAME KEEP PGMAJOR

ifneq (,$(filter $(TOOL_GOALS),$(MAKECMDGOALS)))

.PHONY: $(TOOL_GOALS)

help:
	@sed -n 's/^#: //p' Makefile

#: make, make install    build, and install into the server of PG_CONFIG
#: make demo             watch it work on a server of its own, which stays
#: make demo-psql        a session on that server
#: make demo-stop        stop that server and remove it
demo:
	@tools/demo.sh start
demo-psql:
	@tools/demo.sh psql
demo-stop:
	@tools/demo.sh stop

#: make check            all tests (PART=regress, NAME='core_*', KEEP=1)
check:
	@tools/check.sh
#: make bench            benchmarks beside their alternatives (NAME=...)
bench:
	@tools/bench.sh
#: make fuzz             feed the parsers nonsense for FUZZ_SECONDS each
fuzz:
	@tools/fuzz.sh
#: make coverage         which lines the tests reach, in build/coverage
coverage:
	@tools/coverage.sh
#: make valgrind         tests under valgrind (PART, NAME); slow
#: make sanitize         tests with gcc's sanitizer of undefined behaviour
valgrind sanitize:
	@tools/memcheck.sh $@
#: make indent           bring the C sources into PostgreSQL's form
indent:
	@tools/indent.sh
indent-check:
	@tools/indent.sh check

endif
