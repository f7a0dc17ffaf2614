/*
 * names.c
 *		Names of our own objects, as users write them and as we show them.
 *
 * Nothing here reads a catalog. Results are in the current memory context.
 */
#include "postgres.h"

#include "common/string.h"
#include "lib/stringinfo.h"
#include "parser/scansup.h"
#include "utils/builtins.h"

#include "core/errors.h"
#include "core/names.h"

/* one identifier of a name as read */
typedef struct PgdNamePart
{
	char	   *text;			/* as written, without quotes */
	bool		is_quoted;
} PgdNamePart;

/* the text that is read, for messages */
typedef struct PgdNameText
{
	const char *whole;
	const char *what;
	bool		has_owner;		/* an owner's name may be in front */
} PgdNameText;

static PgdObjectName *parse_one(const char **cursor, const PgdNameText *text);
static PgdNamePart *parse_part(const char **cursor, const PgdNameText *text);
static char *fold_upper(const PgdNamePart *part, const PgdNameText *text);
static void skip_space(const char **cursor);
static bool is_plain(const char *name);
static void check_given(const PgdNameText *text);
static void error_name(const PgdNameText *text, const char *detail)
			pg_attribute_noreturn();

PgdObjectName *
pgd_name_parse(const char *text, const char *what)
{
	PgdNameText given = {text, what, true};
	const char *cursor = text;
	PgdObjectName *name;

	check_given(&given);
	name = parse_one(&cursor, &given);
	if (*cursor != '\0')
		error_name(&given, NULL);
	return name;
}

List *
pgd_name_parse_list(const char *text, const char *what)
{
	PgdNameText given = {text, what, true};
	const char *cursor = text;
	List	   *names = NIL;

	check_given(&given);
	for (;;)
	{
		names = lappend(names, parse_one(&cursor, &given));
		if (*cursor == '\0')
			return names;
		if (*cursor != ',')
			error_name(&given, NULL);
		cursor++;
	}
}

char *
pgd_name_fold(const char *text, const char *what)
{
	PgdNameText given = {text, what, false};
	const char *cursor = text;
	PgdObjectName *name;

	check_given(&given);
	name = parse_one(&cursor, &given);
	if (*cursor != '\0')
		error_name(&given, NULL);
	if (name->owner != NULL || name->owner_is_sys)
		error_name(&given, "It cannot have an owner's name in front.");
	return name->name;
}

/*
 * OWNER.NAME, with double quotes around a part only where a user would have
 * to write them.
 */
char *
pgd_name_display(const char *owner_shown, const char *name)
{
	StringInfoData shown;
	const char *parts[2];

	parts[0] = owner_shown;
	parts[1] = name;
	initStringInfo(&shown);
	for (int i = 0; i < 2; i++)
	{
		if (i > 0)
			appendStringInfoChar(&shown, '.');
		if (is_plain(parts[i]))
			appendStringInfoString(&shown, parts[i]);
		else
			appendStringInfo(&shown, "\"%s\"", parts[i]);
	}
	return shown.data;
}

/*
 * A name of PostgreSQL's as Oracle's dictionary would show it: what needs no
 * quotes here in upper case, anything else verbatim. The SQL function
 * dbms.display_name() does the same.
 */
char *
pgd_name_show_role(const char *role_name)
{
	char	   *shown = pstrdup(role_name);

	for (const char *p = role_name; *p != '\0'; p++)
	{
		bool		is_start = (*p >= 'a' && *p <= 'z') || *p == '_';

		if (!is_start &&
			(p == role_name || !((*p >= '0' && *p <= '9') || *p == '$')))
			return shown;
	}
	for (char *p = shown; *p != '\0'; p++)
		*p = pg_ascii_toupper((unsigned char) *p);
	return shown;
}

/* Reads [owner.]name and the white space around it. */
static PgdObjectName *
parse_one(const char **cursor, const PgdNameText *text)
{
	PgdObjectName *name = palloc0(sizeof(PgdObjectName));
	PgdNamePart *first = parse_part(cursor, text);
	PgdNamePart *second;

	if (**cursor != '.')
	{
		name->name = fold_upper(first, text);
		return name;
	}
	(*cursor)++;
	second = parse_part(cursor, text);
	name->name = fold_upper(second, text);

	/*
	 * SYS is a name in our catalog, not a role, so Oracle's rule counts for
	 * it; a role called sys is reached as "sys".
	 */
	if (strcmp(first->text, "SYS") == 0 ||
		(!first->is_quoted && pg_strcasecmp(first->text, "SYS") == 0))
		name->owner_is_sys = true;
	else if (first->is_quoted)
		name->owner = first->text;
	else
		name->owner = downcase_truncate_identifier(first->text,
												   strlen(first->text), false);
	return name;
}

static PgdNamePart *
parse_part(const char **cursor, const PgdNameText *text)
{
	PgdNamePart *part = palloc0(sizeof(PgdNamePart));
	StringInfoData buffer;

	initStringInfo(&buffer);
	skip_space(cursor);
	if (**cursor == '"')
	{
		part->is_quoted = true;
		for ((*cursor)++; **cursor != '"'; (*cursor)++)
		{
			if (**cursor == '\0')
				error_name(text, "A double quote is not closed.");
			appendStringInfoChar(&buffer, **cursor);
		}
		(*cursor)++;
		if (**cursor == '"')
			error_name(text, "A name cannot hold a double quote.");
	}
	else
	{
		for (; **cursor != '\0' && **cursor != '.' && **cursor != ',' &&
			 **cursor != '"' && !scanner_isspace(**cursor); (*cursor)++)
		{
			unsigned char c = (unsigned char) **cursor;

			if (!IS_HIGHBIT_SET(c) && !isalnum(c) &&
				c != '_' && c != '$' && c != '#')
				error_name(text, NULL);
			appendStringInfoChar(&buffer, **cursor);
		}
		if (isdigit((unsigned char) buffer.data[0]))
			error_name(text, "A name without quotes cannot begin with a digit.");
	}
	if (buffer.len == 0)
		error_name(text, "A name is empty.");
	skip_space(cursor);
	part->text = buffer.data;
	return part;
}

/* Only ASCII letters change, so that the locale has no say in what is equal. */
static char *
fold_upper(const PgdNamePart *part, const PgdNameText *text)
{
	char	   *folded = pstrdup(part->text);

	if (strlen(folded) > PGD_NAME_MAX)
		error_name(text, psprintf("A name has at most %d bytes.",
								  PGD_NAME_MAX));
	if (!part->is_quoted)
		for (char *p = folded; *p != '\0'; p++)
			*p = pg_ascii_toupper((unsigned char) *p);
	return folded;
}

static void
skip_space(const char **cursor)
{
	while (scanner_isspace(**cursor))
		(*cursor)++;
}

/* Would this name be stored the same if written without quotes? */
static bool
is_plain(const char *name)
{
	if (*name == '\0' || (*name >= '0' && *name <= '9'))
		return false;
	for (const char *p = name; *p != '\0'; p++)
	{
		unsigned char c = (unsigned char) *p;

		if (!IS_HIGHBIT_SET(c) && !(c >= 'A' && c <= 'Z') &&
			!(c >= '0' && c <= '9') && c != '_' && c != '$' && c != '#')
			return false;
	}
	return true;
}

static void
check_given(const PgdNameText *text)
{
	const char *given = text->whole;

	if (given == NULL)
		pgd_error_null(text->what);
	while (scanner_isspace(*given))
		given++;
	if (*given == '\0')
	{
		PgdNameText empty = *text;

		empty.whole = "";
		error_name(&empty, "A name is empty.");
	}
}

static void
error_name(const PgdNameText *text, const char *detail)
{
	if (text->has_owner)
		pgd_error_invalid_name(text->what, text->whole, detail);
	else
		pgd_error_invalid_single_name(text->what, text->whole, detail);
}
