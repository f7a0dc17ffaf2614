/*
 * attribute.h
 *		Values of attributes: SET_ATTRIBUTE and its kin take text, booleans,
 *		numbers, times and intervals for objects of every kind.
 *
 * attribute.c holds the subprograms and finds the objects; what an attribute
 * of one kind means stands in that kind's file.
 */
#ifndef PGD_ATTRIBUTE_H
#define PGD_ATTRIBUTE_H

#include "core/compat.h"
#include "core/object.h"
#include "datatype/timestamp.h"

typedef enum PgdAttrType
{
	PGD_ATTR_TEXT,
	PGD_ATTR_BOOLEAN,
	PGD_ATTR_INTEGER,
	PGD_ATTR_TIMESTAMPTZ,
	PGD_ATTR_INTERVAL
} PgdAttrType;

/* a value as the caller gave it, or as GET_ATTRIBUTE reads it */
typedef struct PgdAttrValue
{
	PgdAttrType type;
	bool		is_null;
	bool		boolean;
	int64		integer;
	TimestampTz timestamp;
	Interval   *interval;
	char	   *text;
	char	   *text2;			/* value2 of the text form; NULL: none */
} PgdAttrValue;

/*
 * The value as the type that the attribute has. Text is parsed (27465 if that
 * fails), any other type must fit (27467). NULL raises 27451: an attribute
 * that may be NULL is tested by the caller before. Results are allocated in
 * the current memory context. limit is in bytes, 0 for none (27461).
 */
extern char *pgd_attr_to_text(const char *attribute, const PgdAttrValue *value,
							  int limit);
extern bool pgd_attr_to_boolean(const char *attribute,
								const PgdAttrValue *value);
extern int64 pgd_attr_to_integer(const char *attribute,
								 const PgdAttrValue *value,
								 int64 min, int64 max);

/* one of the four levels of logging; else 27465 with a hint that names them */
extern int	pgd_attr_to_logging_level(const char *attribute,
									  const PgdAttrValue *value);
extern int	pgd_attr_check_logging_level(const char *attribute, int64 level);

extern TimestampTz pgd_attr_to_timestamptz(const char *attribute,
										   const PgdAttrValue *value);

/* the region named at the end of a time given as text; NULL: none */
extern const char *pgd_attr_zone_in_text(const PgdAttrValue *value);

/* an interval without months, within the bounds in seconds */
extern Interval *pgd_attr_to_interval(const char *attribute,
									  const PgdAttrValue *value,
									  int64 min_seconds, int64 max_seconds);

/* a boolean as views show it */
#define PGD_ATTR_BOOLEAN_TEXT(value) ((value) ? "TRUE" : "FALSE")

/* values for GET_ATTRIBUTE; NULL text and DT_NOBEGIN/DT_NOEND are NULL */
extern void pgd_attr_put_text(PgdAttrValue *value, const char *text);
extern void pgd_attr_put_boolean(PgdAttrValue *value, bool boolean);
extern void pgd_attr_put_integer(PgdAttrValue *value, int64 integer,
								 bool is_null);
extern void pgd_attr_put_timestamptz(PgdAttrValue *value,
									 TimestampTz timestamp);
extern void pgd_attr_put_interval(PgdAttrValue *value,
								  const Interval *interval);

/*
 * 27469: objects of this kind ("job", "program") have no such attribute; the
 * hint names those that they have.
 */
extern void pgd_attr_error_unknown(const char *kind, const char *attribute,
								   const char *known)
			pg_attribute_noreturn();

/* 27451: SET_ATTRIBUTE with NULL or the empty text */
extern void pgd_attr_error_null(const char *attribute)
			pg_attribute_noreturn();

/* 27467: the value has another type than the attribute */
extern void pgd_attr_error_type(const char *attribute, PgdAttrType wanted)
			pg_attribute_noreturn();

/*
 * What each kind of object provides. All run inside a catalog scope, check
 * the caller's rights themselves, and find the attribute's name in upper
 * case. A value with is_null comes from SET_ATTRIBUTE_NULL.
 */
extern void pgd_program_set_attribute(Oid caller, const PgdObject *program,
									  const char *attribute,
									  const PgdAttrValue *value);
extern void pgd_program_get_attribute(Oid caller, const PgdObject *program,
									  const char *attribute,
									  PgdAttrValue *value);
extern void pgd_program_enable(Oid caller, const PgdObject *program);
extern void pgd_program_disable(Oid caller, const PgdObject *program,
								bool force);

extern void pgd_schedule_set_attribute(Oid caller, const PgdObject *schedule,
									   const char *attribute,
									   const PgdAttrValue *value);
extern void pgd_schedule_get_attribute(Oid caller, const PgdObject *schedule,
									   const char *attribute,
									   PgdAttrValue *value);

extern void pgd_class_set_attribute(Oid caller, const PgdObject *job_class,
									const char *attribute,
									const PgdAttrValue *value);
extern void pgd_class_get_attribute(Oid caller, const PgdObject *job_class,
									const char *attribute,
									PgdAttrValue *value);

extern void pgd_window_set_attribute(Oid caller, const PgdObject *window,
									 const char *attribute,
									 const PgdAttrValue *value);
extern void pgd_window_get_attribute(Oid caller, const PgdObject *window,
									 const char *attribute,
									 PgdAttrValue *value);
extern void pgd_window_enable(Oid caller, const PgdObject *window);
extern void pgd_window_disable(Oid caller, const PgdObject *window,
							   bool force);

extern void pgd_group_set_attribute(Oid caller, const PgdObject *group,
									const char *attribute,
									const PgdAttrValue *value);
extern void pgd_group_get_attribute(Oid caller, const PgdObject *group,
									const char *attribute,
									PgdAttrValue *value);
extern void pgd_group_enable(Oid caller, const PgdObject *group);
extern void pgd_group_disable(Oid caller, const PgdObject *group, bool force);

#endif							/* PGD_ATTRIBUTE_H */
