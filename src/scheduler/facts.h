/*
 * facts.h
 *		Reading jobs as the rules of decide.h want them: columns for a
 *		statement, and a row of it as facts.
 */
#ifndef PGD_FACTS_H
#define PGD_FACTS_H

#include "scheduler/decide.h"

/* select list and FROM; s is the job's state, j the job, o its object */
#define PGD_FACT_COLUMNS \
	"s.job_id, s.is_enabled, s.is_deferred_drop, j.auto_drop, j.restart_on_failure," \
	" j.restart_on_recovery, j.dbms_job_number IS NOT NULL, j.max_runs, j.max_failures," \
	" s.run_count, s.failure_count, s.consecutive_failures, s.retry_count," \
	" s.next_run_at, s.due_at, s.base_at," \
	" CASE WHEN j.schedule_name IS NULL THEN j.start_at ELSE sc.start_at END," \
	" CASE WHEN j.schedule_name IS NULL THEN j.end_at ELSE sc.end_at END," \
	" CASE WHEN j.schedule_name IS NULL OR so.type <> 'SCHEDULE' THEN j.time_zone ELSE sc.time_zone END," \
	" CASE WHEN j.schedule_name IS NULL THEN j.repeat_interval ELSE sc.repeat_interval END," \
	" CASE WHEN j.schedule_name IS NULL THEN j.interval_kind" \
	"  WHEN so.type <> 'SCHEDULE' THEN 'WINDOW'" \
	"  WHEN sc.repeat_interval IS NOT NULL THEN 'CALENDAR' END," \
	" j.missed_runs, s.manual_run_at, w.role_oid, j.job_priority," \
	" j.logging_level, c.logging_level, j.schedule_limit," \
	" CASE WHEN j.schedule_name IS NULL THEN w.role_name ELSE sw.role_name END," \
	" j.schedule_name IS NOT NULL AND (so.id IS NULL OR so.type = 'SCHEDULE' AND sc.id IS NULL)," \
	" s.last_start_at, dbms.display_name(w.role_name), o.name, j.stop_on_window_close," \
	" CASE WHEN so.type <> 'SCHEDULE' THEN (SELECT op.close_at FROM dbms.opening op" \
	"   WHERE op.window_id = so.id OR EXISTS (SELECT FROM dbms.object_group_member m" \
	"    WHERE m.group_id = so.id AND m.member_id = op.window_id)) END," \
	" j.job_class, so.id, s.last_run_duration" \
	" FROM dbms.job_state s JOIN dbms.job j ON j.id = s.job_id" \
	" JOIN dbms.object o ON o.id = j.id JOIN dbms.owner w ON w.id = o.owner_id" \
	" LEFT JOIN dbms.object so ON so.owner_id = j.schedule_owner_id AND so.name = j.schedule_name" \
	"  AND so.type IN ('SCHEDULE', 'WINDOW', 'GROUP')" \
	" LEFT JOIN dbms.schedule sc ON sc.id = so.id" \
	" LEFT JOIN dbms.owner sw ON sw.id = so.owner_id" \
	" LEFT JOIN dbms.object co ON co.owner_id = 0 AND co.name = j.job_class AND co.type = 'JOB CLASS'" \
	" LEFT JOIN dbms.job_class c ON c.id = co.id"

/* the columns behind read_facts() */
#define PGD_FACT_MANUAL		22
#define PGD_FACT_ROLE		23
#define PGD_FACT_PRIORITY	24
#define PGD_FACT_LEVEL		25
#define PGD_FACT_CLASS_LEVEL 26
#define PGD_FACT_LIMIT		27
#define PGD_FACT_NAMES_OWNER 28 /* whose schedules the calendar names */
#define PGD_FACT_NO_SCHEDULE 29
#define PGD_FACT_LAST_START	30
#define PGD_FACT_SHOWN_OWNER 31
#define PGD_FACT_NAME		32
#define PGD_FACT_STOPS		33
#define PGD_FACT_CLOSE		34
#define PGD_FACT_CLASS		35
#define PGD_FACT_SCHEDULE	36	/* id of the object of its schedule_name */
#define PGD_FACT_DURATION	37	/* of the last run */

/*
 * Facts of a job from such a row of the current statement; other statements
 * may have run when it returns (pgd_rows_use() goes back). Returns the
 * calendar to be freed, or NULL. Inside a catalog scope.
 */
extern PgdCalendar *pgd_facts_read(uint64 row, PgdJobFacts *facts);

/* why such a job cannot be scheduled any more, NULL if nothing is wrong */
extern const char *pgd_facts_fault(uint64 row, const PgdJobFacts *facts);

#endif							/* PGD_FACTS_H */
