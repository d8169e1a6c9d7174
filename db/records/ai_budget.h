/*
 * ai_budget - how much may be asked of a model through the daemon.
 *
 * What went through it is in ai_logs as AI_LOG_RELAYED, without a text.  Hours
 * are those of the clock, days those of the tenant's zone.
 */
#ifndef DB_RECORDS_AI_BUDGET_H
#define DB_RECORDS_AI_BUDGET_H

#include "db/records/ai_logs.h"

struct ai_budget { /* 0: any */
	int64_t operator_questions, operator_tokens; /* an hour */
	int64_t tenant_questions, tenant_tokens;     /* a day */
};

/*
 * Begin the row of a question of the acting operator, if the budget leaves
 * room for it: one that is under way counts as a question already, its tokens
 * when it ended.  OD_ELIMIT says until when it is used up.  Ended by
 * ai_log_finish.
 */
int ai_relay_begin(struct desk *d, const struct ai_budget *budget,
    const char *model, const char *server, int64_t *id, struct err *err);

#endif
