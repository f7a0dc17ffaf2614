/*
 * mapping.h
 *		Which consumer group work belongs to.
 */
#ifndef PGD_MAPPING_H
#define PGD_MAPPING_H

/* coordinator: reads the mappings again; inside a catalog scope */
extern void pgd_mapping_reload(void);

/*
 * The group of its job class (NULL or gone: none), else that of the class's
 * service or that of its owner, as the views show him: whichever attribute has
 * the better priority; else DEFAULT_CONSUMER_GROUP. Valid until the mappings
 * are read again.
 */
extern const char *pgd_mapping_group(const char *class_group,
									 const char *service, const char *owner);

#endif							/* PGD_MAPPING_H */
