/*
 * agents - inventory agents: programs on other machines that tell this desk
 * what those machines are.
 *
 * An agent is known by its own id, else by its device id.  Whatever it says
 * is a fact: kept as it came, and no change of anybody's.  Its newest whole
 * report and the partial ones behind it are kept byte for byte.
 */
#ifndef DB_RECORDS_AGENTS_H
#define DB_RECORDS_AGENTS_H

#include "common/json.h"
#include "db/core/desk.h"
#include "db/records/page.h"

enum agent_state { /* stored */
	AGENT_REVIEW = 0, /* somebody has to look at it; it counts nowhere */
	AGENT_ACCEPTED = 1,
};
extern const char *const agent_state_names[]; /* NULL-ended */

#define AGENT_KEY_MAX	 255 /* bytes; longer ones are not taken */
#define AGENT_PARTS_KEPT 32  /* partial reports behind a whole one */
/* Of those that nobody has looked at yet: anybody can make some. */
#define AGENT_WAITING_MAX     1000
#define AGENT_WAITING_BYTES ((size_t)1024 * 1024) /* of a report */

struct agent {
	int64_t id, version, created_at, updated_at;
	int64_t deleted_at; /* 0: it is not in the trash */
	enum agent_state state;
	bool by_token;	    /* it has shown one, and has to from then on */
	int64_t contact_us; /* its last word of any kind */
	int64_t reports;    /* how many came, each once */
	/* The newest one; 0: none yet. */
	int64_t report_us, report_size;
	bool report_is_partial;
	char report_digest[65]; /* SHA-256 of its bytes as they came */
	char key[AGENT_KEY_MAX + 1], device_id[AGENT_KEY_MAX + 1];
	char program[65], program_version[65], tag[201];
};

/* What an agent said; texts are from outside and borrowed. */
struct agent_word {
	const char *key;       /* its own id; NULL or "": it named none */
	const char *device_id; /* never NULL */
	const char *program, *program_version; /* NULL: it did not say */
	const char *tag;		       /* NULL: it did not say */
	bool by_token;
	bool accepts; /* a new one is accepted, else it is to be looked at */
	/* Its report as it came; NULL: it only asked what to do. */
	const void *report;
	size_t report_size;
	bool report_is_partial;
};
/*
 * OP_AGENT_FACT, as the system: note it, and keep its report.  The very bytes
 * of its last report are not counted again.  One from the trash is there
 * again.  OD_EDATA: neither it nor its machine has a name, or one is too
 * long; OD_EDENIED: it once had a token, and has none now; OD_ELIMIT: too many
 * wait to be looked at, or the report of one that does is too large.
 */
int agent_heard(struct desk *d, const struct agent_word *w, int64_t *id,
    struct err *err);

int agent_accept(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err);
/* To the trash, and out of it again. */
int agent_delete(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err);
int agent_restore(struct desk *d, int64_t id, struct err *err);

/* Also one that is in the trash. */
int agent_get(struct desk *d, int64_t id, struct agent *out, struct err *err);

enum agent_view {
	AGENTS_ACCEPTED,
	AGENTS_SILENT, /* of these: no word for agent.silent_days */
	AGENTS_REVIEW,
	AGENTS_ALL, /* but the trash */
	AGENTS_TRASH,
	AGENT_VIEW_COUNT
};
extern const char *const agent_view_names[]; /* NULL-ended */

/* The key that a page goes on with. */
int64_t agent_page_key(enum agent_view view, const struct agent *a);
/*
 * Who has been silent longest comes first, by contact_us and id; the trash by
 * when it was deleted.  The caller frees rows.
 */
int agent_list(struct desk *d, enum agent_view view, const struct page *page,
    struct agent **rows, size_t *count, struct err *err);
void agent_json(const struct agent *a, struct json_out *out);

/* How inventory goes; only accepted ones count, but for those that wait. */
struct agent_stats {
	int64_t agents;
	int64_t heard;	  /* of these, in the last 24 hours */
	int64_t silent;	  /* no word for silent_us */
	int64_t reported; /* at least once */
	int64_t waiting;  /* to be looked at */
	int64_t newest_us; /* the last word of any of them; 0: none */
	int64_t silent_us; /* the setting agent.silent_days */
	int64_t at_us;	   /* when it was counted */
};
int agent_stats(struct desk *d, struct agent_stats *out, struct err *err);

/* How many accepted agents have which program. */
struct agent_program {
	int64_t agents;
	char program[65], version[65];
};
/* The most frequent first, at most 1000.  The caller frees rows. */
int agent_programs(struct desk *d, struct agent_program **rows, size_t *count,
    struct err *err);
/* The members of inventory_agent_stats. */
void agent_stats_json(const struct agent_stats *s,
    const struct agent_program *programs, size_t count, struct json_out *out);

#endif
